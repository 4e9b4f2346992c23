using System.Runtime.CompilerServices;
using DistConv.Client.Planning;
using DistConv.Client.Running;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Filters.Kernels;
using DistConv.Images.Decoding;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Client;

/// <summary>
/// One job, wherever it is. Safe for concurrent calls. A cancellation token stops the call that it is given to, and never the job. Every call throws
/// <see cref="InvalidInputException"/> if there is no such job, and <see cref="Clusters.ClusterUnavailableException"/> if no silo of its cluster answers.
/// </summary>
public sealed class TrainingJob
{
    private readonly IJobSource _source;
    private readonly DataOptions _data;
    private readonly TimeProvider _time;

    internal TrainingJob(string id, IJobSource source, DataOptions data, TimeProvider time)
    {
        Id = id;
        _source = source;
        _data = data;
        _time = time;
    }

    /// <summary>The job's id.</summary>
    public string Id { get; }

    /// <summary>Where the job stands.</summary>
    /// <param name="ct">Stops the call.</param>
    /// <returns>Its status.</returns>
    public Task<JobStatus> GetStatusAsync(CancellationToken ct = default) => _source.GetStatusAsync(Id, ct);

    /// <summary>The job's specification: everything that determines its bits.</summary>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The specification.</returns>
    public Task<JobSpec> GetSpecificationAsync(CancellationToken ct = default) => _source.ReadSpecificationAsync(Id, ct);

    /// <summary>What is known about the job without reading its snapshots.</summary>
    /// <param name="ct">Stops the call.</param>
    /// <returns>Specification, summary, and the steps of its snapshots.</returns>
    public Task<JobDescription> DescribeAsync(CancellationToken ct = default) => _source.DescribeAsync(Id, ct);

    /// <summary>Watches the job until it ends, several times a second. The last status is the one with which it ended.</summary>
    /// <param name="ct">Ends the watching.</param>
    /// <returns>Each status.</returns>
    public async IAsyncEnumerable<JobStatus> WatchAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        IJobProgress progress = await _source.FollowAsync(Id, ct);
        await foreach (JobLook look in progress.LooksAsync(_time, pause: null, ct)) yield return look.Status;
    }

    /// <summary>Waits until the job ends.</summary>
    /// <param name="progress">Gets each status on the way; null: nobody does.</param>
    /// <param name="ct">Ends the waiting.</param>
    /// <returns>How it ended.</returns>
    /// <exception cref="TrainingFailedException">It ended with an error.</exception>
    public async Task<TrainingResult> WaitAsync(IProgress<JobStatus>? progress = null, CancellationToken ct = default)
    {
        JobStatus? last = null;
        await foreach (JobStatus status in WatchAsync(ct))
        {
            last = status;
            progress?.Report(status);
        }

        JobView view = await _source.ShowAsync(Id, ct);
        string? message = last!.Message ?? view.Message;
        if (last.State == JobState.Failed) throw new TrainingFailedException($"job '{Id}' failed: {message ?? "it left no reason"}");
        IReadOnlyList<EpochMetrics> epochs = last.Epochs.Count >= view.Epochs.Count ? last.Epochs : view.Epochs;
        return new TrainingResult
        {
            Job = Id,
            State = last.State,
            Step = last.Step,
            Epochs = epochs,
            BestEpoch = EarlyStopping.Best(view.Spec, epochs),
            Divergence = Divergence.Describe(view.Spec, epochs),
            WeightsDigest = last.WeightsDigest ?? view.Newest?.Snapshot.WeightsDigest(),
            SnapshotSteps = [.. view.Snapshots.Select(head => head.Step).Distinct()],
            Message = message,
        };
    }

    /// <summary>Reads the job's record: what each step measured, and each epoch after its last step.</summary>
    /// <param name="after">Where to begin: the beginning, or <see cref="StepRecord.After"/> of a step that was read before.</param>
    /// <param name="follow">Whether to wait for what is still to come, until the job ends. Default: no.</param>
    /// <param name="ct">Stops the reading.</param>
    /// <returns>The entries in the order of the log.</returns>
    /// <exception cref="InvalidInputException">The record has no such position.</exception>
    public IAsyncEnumerable<JobRecord> ReadAsync(RecordCursor after = default, bool follow = false, CancellationToken ct = default) =>
        new RecordStream(Id, _source, _time).ReadAsync(after, follow, ct);

    /// <summary>Reads one page of the job's record, for programs that keep the position themselves.</summary>
    /// <param name="after">Where to begin: the beginning, or the <see cref="RecordPage.Next"/> of the page before.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The steps that follow, in the order of the log; none if nothing has followed yet.</returns>
    /// <exception cref="InvalidInputException">The record has no such position.</exception>
    public Task<RecordPage> ReadPageAsync(RecordCursor after = default, CancellationToken ct = default) => _source.ReadRecordAsync(Id, after, ct);

    /// <summary>Reads the convolution kernels as they were at a step.</summary>
    /// <param name="step">One of <see cref="JobDescription.KernelSteps"/>.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The kernels of each convolution, from input to output.</returns>
    /// <exception cref="InvalidInputException">Nothing of that step is kept.</exception>
    public async Task<IReadOnlyList<LayerKernels>> ReadKernelsAsync(long step, CancellationToken ct = default) =>
        LayerKernels.Of(await _source.ReadKernelsAsync(Id, step, ct), $"{Id}@{step}");

    /// <summary>Gives a job that is done, or was stopped, a greater length, and goes on with it. The bits are those of a job that had this length from the
    /// beginning.</summary>
    /// <param name="epochs">The new length of the whole job in epochs.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>When it has been started.</returns>
    /// <exception cref="InvalidInputException">The job runs or has failed, is that long already, or would have had other bits, as its schedule depends on its
    /// length.</exception>
    /// <exception cref="InvalidOperationException">Nothing trains the jobs of this client's store.</exception>
    public async Task ExtendAsync(int epochs, CancellationToken ct = default)
    {
        await _source.ExtendAsync(Id, Extension.TotalSteps(Id, await _source.ReadSpecificationAsync(Id, ct), epochs), ct);
        await ResumeAsync(ct);
    }

    /// <summary>Writes tags and a note on the job, whatever it is doing; what was there before is replaced.</summary>
    /// <param name="labels">All of them.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>When they are stored.</returns>
    /// <exception cref="InvalidInputException">A tag or the note cannot be stored; all problems at once.</exception>
    public Task LabelAsync(JobLabels labels, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(labels);
        return _source.LabelAsync(Id, labels, ct);
    }

    /// <summary>Asks for the end of the run at a step boundary, with a snapshot, until <see cref="ResumeAsync"/>. A cluster leaves the job alone until
    /// then.</summary>
    /// <param name="ct">Stops the call.</param>
    /// <returns>When the request is stored; <see cref="WaitAsync"/> tells when it has been met.</returns>
    /// <exception cref="InvalidInputException">The job has ended.</exception>
    public Task PauseAsync(CancellationToken ct = default) => _source.RequestAsync(Id, JobRequest.Pause, ct);

    /// <summary>Asks for the end of the job at a step boundary, with a snapshot.</summary>
    /// <param name="ct">Stops the call.</param>
    /// <returns>When the request is stored; <see cref="WaitAsync"/> tells when it has been met.</returns>
    /// <exception cref="InvalidInputException">The job is done.</exception>
    public Task CancelAsync(CancellationToken ct = default) => _source.RequestAsync(Id, JobRequest.Cancel, ct);

    /// <summary>Goes on with a job that ended before its time, from its newest snapshot, to the bits of an uninterrupted run. Does nothing while it runs or
    /// when it is done.</summary>
    /// <param name="ct">Stops the call.</param>
    /// <returns>When it has been started.</returns>
    /// <exception cref="InvalidOperationException">Nothing trains the jobs of this client's store.</exception>
    public Task ResumeAsync(CancellationToken ct = default) => _source.ResumeAsync(Id, new RunOptions(), ct);

    /// <summary>Copies a snapshot file and checks the copy.</summary>
    /// <param name="snapshot">Which one.</param>
    /// <param name="to">Gets the bytes.</param>
    /// <param name="ct">Stops the copying.</param>
    /// <returns>The step of the snapshot.</returns>
    /// <exception cref="InvalidInputException">There is no such snapshot, or it is damaged.</exception>
    public async Task<long> CopySnapshotAsync(SnapshotChoice snapshot, Stream to, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(to);
        JobOutline job = await _source.OutlineAsync(Id, ct);
        (SnapshotHead head, FileStream copy) = await SnapshotSelection.ReadAsync(
            job, snapshot, candidate => _source.CopyCheckedAsync(Id, candidate, ct), _source.Warn);
        await using (copy)
        {
            copy.Position = 0;
            await copy.CopyToAsync(to, ct);
        }

        return head.Step;
    }

    /// <summary>Opens the network of a snapshot.</summary>
    /// <param name="snapshot">Which one. Default: the best epoch's, else the last.</param>
    /// <param name="pictures">How pictures become inputs; null: stretched to the input's size.</param>
    /// <param name="ct">Stops the call.</param>
    /// <returns>The model, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">There is no such snapshot, or it is damaged.</exception>
    public async Task<TrainedModel> OpenModelAsync(SnapshotChoice snapshot = default, PictureOptions? pictures = null, CancellationToken ct = default)
    {
        JobOutline job = await _source.OutlineAsync(Id, ct);
        (SnapshotHead head, Snapshot content) = await SnapshotSelection.ReadAsync(
            job, snapshot, candidate => _source.ReadSnapshotAsync(Id, candidate, ct), _source.Warn);
        return TrainedModel.Open(content, $"{Id}@{head.Step}", pictures);
    }

    /// <summary>Measures a snapshot on the test set, in this process. It needs the job's data set, where this client finds data sets. Of a folder that has
    /// changed since training, it takes what is held out today, and a warning says so.</summary>
    /// <param name="snapshot">Which one. Default: the best epoch's, else the last.</param>
    /// <param name="threads">How many threads compute, at least 1.</param>
    /// <param name="ct">Stops the call before it computes.</param>
    /// <returns>Loss, accuracy and what became of each sample; the bits of an evaluation in training.</returns>
    /// <exception cref="InvalidInputException">There is no such snapshot, it is damaged, or the data set is not there or is another one.</exception>
    public async Task<JobEvaluation> EvaluateAsync(SnapshotChoice snapshot = default, int threads = 1, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        JobOutline job = await _source.OutlineAsync(Id, ct);
        (_, Snapshot content) = await SnapshotSelection.ReadAsync(
            job, snapshot, candidate => _source.ReadSnapshotAsync(Id, candidate, ct), _source.Warn);
        JobOrigin? origin = await _source.ReadOriginAsync(Id, ct);
        (DataSource data, JobSpec spec) = await EvaluationData.ReopenAsync(content, $"job '{Id}'", _data, origin, ct);
        using ComputePool pool = new(threads);
        using Replica replica = new(spec, data, pool, KernelSets.Select());
        replica.Restore(content);
        (EvaluationResult result, SampleOutcome[] outcomes) = await replica.EvaluateSamplesAsync();
        return new JobEvaluation(content.Step, ClassNames.Of(content.Spec, int.Max(data.Test.ClassCount, data.Test.TargetCount)), result, outcomes, data.Test);
    }
}
