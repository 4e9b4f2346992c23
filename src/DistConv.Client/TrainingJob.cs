using System.Runtime.CompilerServices;
using DistConv.Client.Planning;
using DistConv.Client.Running;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Images.Decoding;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>
/// One job, wherever it is. Safe for concurrent calls. A cancellation token stops the call that it is given to, and never the job. Every call throws
/// <see cref="InvalidInputException"/> if there is no such job, and <see cref="Clusters.ClusterUnavailableException"/> if no silo of its cluster answers.
/// </summary>
public sealed class TrainingJob
{
    private readonly IJobSource _source;
    private readonly TimeProvider _time;

    internal TrainingJob(string id, IJobSource source, TimeProvider time)
    {
        Id = id;
        _source = source;
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

    /// <summary>Watches the job until it ends, several times a second. The last status is the one with which it ended.</summary>
    /// <param name="ct">Ends the watching.</param>
    /// <returns>Each status.</returns>
    public async IAsyncEnumerable<JobStatus> WatchAsync([EnumeratorCancellation] CancellationToken ct = default)
    {
        IJobProgress progress = await _source.FollowAsync(Id, ct);
        long started = _time.GetTimestamp();
        while (true)
        {
            JobLook look = await progress.LookAsync(ct);
            yield return look.Status;
            if (look.HasEnded) yield break;
            await Task.Delay(JobSession.Pause(_time.GetElapsedTime(started)), _time, ct);
        }
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
        JobView view = await _source.ShowAsync(Id, ct);
        SnapshotHead head = SnapshotSelection.Choose(Id, view.Spec, view.Snapshots, view.Epochs, view.Newest?.Head, snapshot);
        await using FileStream copy = await _source.CopyCheckedAsync(Id, head, ct);
        copy.Position = 0;
        await copy.CopyToAsync(to, ct);
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
        JobView view = await _source.ShowAsync(Id, ct);
        SnapshotHead head = SnapshotSelection.Choose(Id, view.Spec, view.Snapshots, view.Epochs, view.Newest?.Head, snapshot);
        Snapshot content = head == view.Newest?.Head ? view.Newest.Snapshot : await _source.ReadSnapshotAsync(Id, head, ct);
        return TrainedModel.Open(content, $"{Id}@{head.Step}", pictures);
    }
}
