using DistConv.Training.Metrics;
using Orleans.Services;

namespace DistConv.Grains.Contracts;

/// <summary>
/// The worker of a silo: a grain service, addressed by silo, so that no grain directory stands between a coordinator and its workers. Every call
/// carries the coordinator's fence; a worker refuses a fence lower than the highest that it has prepared (<see cref="Training.Jobs.FencedException"/>).
/// </summary>
[Alias("DistConv.IWorkerService")]
public interface IWorkerService : IGrainService
{
    /// <summary>Makes the silo's replica of a job: opens the data, proves its fingerprint, loads the snapshot. Replaces the replica of an earlier
    /// coordinator.</summary>
    /// <param name="request">The job, the fence and the snapshot.</param>
    /// <returns>Where the replica stands and who answers.</returns>
    /// <exception cref="Core.InvalidInputException">The data or the snapshot is not what the job needs, or a version differs.</exception>
    [ResponseTimeout(Timeouts.Long)]
    [Alias("Prepare")]
    Task<PrepareReply> Prepare(PrepareRequest request);

    /// <summary>Takes over the state of another silo's replica, in order to join a job that goes on.</summary>
    /// <param name="request">The state.</param>
    /// <returns>Where the replica stands now.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("Load")]
    Task<ApplyReply> Load(LoadRequest request);

    /// <summary>Applies the gradient of the step before, unless that is done already, then computes a step on some shards.</summary>
    /// <param name="request">The step, its shards, and the reduced gradient of the step before.</param>
    /// <returns>The sums over their maximal subtrees; or, in <see cref="StepReply.Behind"/>, that the replica lacks earlier updates.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("RunStep")]
    Task<StepReply> RunStep(StepRequest request);

    /// <summary>
    /// The tail of a step's gradients (those from <see cref="Core.Networks.Network.HeadLength"/> on, which are most of the bytes) as soon as it is complete: while
    /// the layers below still compute. May come before the call that starts the step.
    /// </summary>
    /// <param name="request">Which step.</param>
    /// <returns>The sums over the maximal subtrees of the silo's shards.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("TakeTail")]
    Task<TailReply> TakeTail(TailRequest request);

    /// <summary>Keeps the reduced tail of the step that is being computed; its head follows with the next step's call.</summary>
    /// <param name="message">The tail.</param>
    /// <returns>When it is kept.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("KeepTail")]
    Task<Taken> KeepTail(TailMessage message);

    /// <summary>Applies a gradient, unless that is done already: before an evaluation or a snapshot, and after the last step.</summary>
    /// <param name="request">The gradient.</param>
    /// <returns>Where the replica stands now.</returns>
    [ResponseTimeout(Timeouts.Step)]
    [Alias("Apply")]
    Task<ApplyReply> Apply(ApplyRequest request);

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

    /// <summary>Frees the silo's replica of a job that has ended. Does nothing when there is none.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <returns>When it is freed.</returns>
    [Alias("Release")]
    Task Release(string job, long fence);
}
