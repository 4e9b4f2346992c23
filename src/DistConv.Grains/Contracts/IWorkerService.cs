using DistConv.Training.Metrics;
using Orleans.Services;

namespace DistConv.Grains.Contracts;

/// <summary>
/// The worker of a silo: a grain service, addressed by silo, so that no grain directory stands between a coordinator and its workers. Every call
/// for a job carries the coordinator's fence; a worker refuses a fence lower than the highest that it has joined (<see cref="Training.Jobs.FencedException"/>).
/// </summary>
[Alias("DistConv.IWorkerService")]
public interface IWorkerService : IGrainService
{
    /// <summary>Puts the worker under a coordinator. The replica that it has from an earlier one stays as it is, when the step that it computes has
    /// ended.</summary>
    /// <param name="request">The job, the fence, and what all silos must have in common.</param>
    /// <returns>Who answers, and where the replica stands.</returns>
    /// <exception cref="Core.InvalidInputException">A version or the store differs.</exception>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("Join")]
    Task<JoinReply> Join(JoinRequest request);

    /// <summary>Makes the silo's replica of a job at a snapshot, in place of the one that it has: opens the data, proves its fingerprint, loads the
    /// snapshot.</summary>
    /// <param name="request">The job, the fence and the snapshot.</param>
    /// <returns>Where the replica stands.</returns>
    /// <exception cref="Core.InvalidInputException">The data or the snapshot is not what the job needs.</exception>
    [ResponseTimeout(Timeouts.Long)]
    [Alias("Prepare")]
    Task<ReplicaReply> Prepare(PrepareRequest request);

    /// <summary>Brings the silo's replica to where another silo's stands, while that one goes on: copies its state unless the gradients in between are kept
    /// there, then applies the gradients that follow. Makes the replica if there is none.</summary>
    /// <param name="request">The job and the other silo.</param>
    /// <returns>Where the replica stands: where the other one stood when it last answered.</returns>
    /// <exception cref="Core.InvalidInputException">The data is not what the job needs.</exception>
    [ResponseTimeout(Timeouts.Long)]
    [Alias("TransferState")]
    Task<ReplicaReply> TransferState(StateTransferRequest request);

    /// <summary>Copies the replica's state for a silo that takes it over, and keeps the gradients that are applied from now on.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>What there is to fetch.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("OpenState")]
    Task<StateOutline> OpenState(string job, long fence);

    /// <summary>A part of such a copy.</summary>
    /// <param name="request">Which.</param>
    /// <returns>The values.</returns>
    /// <exception cref="InvalidOperationException">The copy is no longer kept.</exception>
    [ResponseTimeout(Timeouts.Chunk)]
    [Alias("ReadState")]
    Task<FloatBlock> ReadState(ChunkRequest request);

    /// <summary>The gradient of a step that this silo has applied.</summary>
    /// <param name="request">Which.</param>
    /// <returns>The gradient if it is kept.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("ReadGradient")]
    Task<GradientReply> ReadGradient(GradientRequest request);

    /// <summary>What the worker knows about the run, for a new coordinator.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>What it knows.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("ReadJournal")]
    Task<JournalMessage> ReadJournal(string job, long fence);

    /// <summary>Applies the step before, unless that is done already, then computes some shards of a step. Their gradients go to the owners of their
    /// ranges while the step is being computed; the sums of the ranges that this silo owns go to all.</summary>
    /// <param name="request">The step, its shards, and the commit of the step before.</param>
    /// <returns>What was computed; or, in <see cref="StepReply.Behind"/>, that the replica lacks earlier updates.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("RunStep")]
    Task<StepReply> RunStep(StepRequest request);

    /// <summary>Waits for the sum of the step at which the replica stands.</summary>
    /// <param name="request">The step.</param>
    /// <returns>When the whole sum is on this silo: whether it is finite.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("AwaitSum")]
    Task<SumReply> AwaitSum(SumRequest request);

    /// <summary>What this silo lacks of the sum of a step, when it does not come.</summary>
    /// <param name="request">The step.</param>
    /// <returns>Whom it waits for.</returns>
    [ResponseTimeout(Timeouts.Heartbeat)]
    [Alias("ReadMissing")]
    Task<MissingReply> ReadMissing(SumRequest request);

    /// <summary>A range of the sum of a step, for a silo that lacks it.</summary>
    /// <param name="request">Which.</param>
    /// <returns>The values; null if this silo has not got them, or no longer.</returns>
    [ResponseTimeout(Timeouts.Chunk)]
    [Alias("ReadRange")]
    Task<GradientMessage?> ReadRange(RangeRequest request);

    /// <summary>Lets another silo send gradients of a job to this one.</summary>
    /// <param name="request">Who asks.</param>
    /// <returns>Where to connect.</returns>
    [ResponseTimeout(Timeouts.Command)]
    [Alias("OpenLane")]
    Task<LaneOffer> OpenLane(LaneRequest request);

    /// <summary>Takes a frame of gradients where there is no lane.</summary>
    /// <param name="message">The frame.</param>
    /// <returns>When it is taken, or dropped since nobody expects it.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("PutFrame")]
    Task PutFrame(FrameMessage message);

    /// <summary>A chunk of a gradient that this silo has applied, after <see cref="ReadGradient"/> has told its outline.</summary>
    /// <param name="request">Which.</param>
    /// <returns>The values; null if the gradient is no longer kept.</returns>
    [ResponseTimeout(Timeouts.Chunk)]
    [Alias("ReadGradientChunk")]
    Task<GradientMessage?> ReadGradientChunk(GradientChunkRequest request);

    /// <summary>Applies a step, unless that is done already: before an evaluation or a snapshot, and after the last step.</summary>
    /// <param name="request">The step.</param>
    /// <returns>Where the replica stands now.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("Apply")]
    Task<ReplicaReply> Apply(ApplyRequest request);

    /// <summary>Looks for what made a step not finite, at the weights of that step.</summary>
    /// <param name="request">The step and the shards to look at.</param>
    /// <returns>What was found.</returns>
    [ResponseTimeout(Timeouts.Long)]
    [Alias("DiagnoseNonFinite")]
    Task<DiagnoseNonFiniteReply> DiagnoseNonFinite(DiagnoseNonFiniteRequest request);

    /// <summary>Loss and accuracy over a share of the held-out split, and of the validation samples, at the current weights.</summary>
    /// <param name="request">The share, and the step at which the replica must stand.</param>
    /// <returns>The share's sums.</returns>
    [ResponseTimeout(Timeouts.Long)]
    [Alias("Evaluate")]
    Task<EvaluationShare> Evaluate(EvaluateRequest request);

    /// <summary>A copy of weights and optimizer state.</summary>
    /// <param name="request">The job and the step at which the replica must stand.</param>
    /// <returns>The copy.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("Capture")]
    Task<StateMessage> Capture(ReplicaRequest request);

    /// <summary>What the silo's process has counted of the exchange of gradients. It belongs to no job, so it needs no claim.</summary>
    /// <returns>The counters.</returns>
    [ResponseTimeout(Timeouts.Command)]
    [Alias("ReadCounters")]
    Task<ExchangeCounters> ReadCounters();

    /// <summary>Frees the silo's replica of a job that has ended. Does nothing when there is none.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>When it is freed.</returns>
    [Alias("Release")]
    Task Release(string job, long fence);
}
