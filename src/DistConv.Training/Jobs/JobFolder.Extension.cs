using DistConv.Core;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Schedules;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Jobs;

/// <content>More steps than the job was made with.</content>
public sealed partial class JobFolder
{
    /// <summary>
    /// Gives the job more steps, while nobody trains it. A job that was done is <see cref="JobState.Stopped"/> then: a resumed run goes on from its newest
    /// snapshot, with the bits of a job that had so many steps from the beginning.
    /// </summary>
    /// <param name="totalSteps">Steps of the whole job, those that it has done included. As many as the job has already: nothing is written.</param>
    /// <param name="isKept">Whether the caller knows that a cluster takes the job over when its coordinator is lost; then that is a job that runs.</param>
    /// <returns>The job with its new specification.</returns>
    /// <exception cref="InvalidInputException">It runs or has failed, has more steps than that, or would have had other bits with more steps.</exception>
    /// <exception cref="FencedException">Another process has just taken the job.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public JobFolder Extend(long totalSteps, bool isKept = false)
    {
        JobSpec longer = Spec with { TotalSteps = totalSteps };
        if (totalSteps < Spec.TotalSteps) throw new InvalidInputException($"job '{Id}' has {Spec.TotalSteps} steps: {totalSteps} is fewer; give more");
        JobSpecCheck.EnsureValid(longer);
        if (totalSteps == Spec.TotalSteps) return this;
        if (isKept && IsKept) throw IsTrained();
        using JobLock gate = TryAcquireLock() ?? throw IsTrained();
        if (IsBeating) throw IsTrained();
        if (ReadStatus() is { State: JobState.Failed } failed)
            throw new InvalidInputException($"job '{Id}' has failed ({failed.Message}): resume it, and extend it when it goes on");
        Snapshot? newest = LatestVerified(out _)?.Snapshot;
        EnsureSameBits(newest?.Epochs ?? []);
        long fence = ClaimFence();
        ExtensionRecord extension = new(totalSteps, newest?.Step ?? 0);
        byte[] json = JobJson.Write(extension, StoreJsonContext.Default.ExtensionRecord);
        StoreDisk.Write(Path, "the job's extension", () => AtomicFile.Publish(In(StoreNames.Extension(fence)), durable: true, stream => stream.Write(json)));
        using RecordWriter record = OpenRecord(fence, Spec.Plan().Layers.Count(layer => layer.Tensors.Count > 0));
        record.Append(new JobEvent(
            extension.Step, _time.GetUtcNow(), JobEventKind.Extended, $"extended from {Spec.TotalSteps:N0} to {totalSteps:N0} steps"));
        record.Flush(durable: true);
        return new JobFolder(Id, Path, Spec, _time);
    }

    /// <summary>Whether the job has been given more steps since this object was made.</summary>
    internal bool IsOutgrown => ReadExtension(Path) is { } extension && extension.TotalSteps > Spec.TotalSteps;

    /// <summary>The extension with the most steps.</summary>
    private static ExtensionRecord? ReadExtension(string folder)
    {
        ExtensionRecord? longest = null;
        foreach ((string path, _, _) in StoreNames.Numbered(folder, "extension", ".json"))
        {
            if (AtomicFile.TryReadAllBytes(path) is not { } json) continue;
            ExtensionRecord extension = JobJson.TryParse(json, StoreJsonContext.Default.ExtensionRecord)
                ?? throw new InvalidInputException($"'{path}' is damaged, or was written by another version of DistConv");
            if (longest is null || extension.TotalSteps > longest.TotalSteps) longest = extension;
        }

        return longest;
    }

    /// <summary>A job that was done when it was extended has stopped short of its end.</summary>
    private JobStatusRecord? AsExtended(JobStatusRecord? status) =>
        status is { State: JobState.Done } && status.Step <= _extension?.Step ? status with { State = JobState.Stopped, Message = null } : status;

    /// <summary>Checks that the steps so far are those that a longer job would have had.</summary>
    private void EnsureSameBits(IReadOnlyList<EpochMetrics> epochs)
    {
        const string remedy = "train a new job that begins with this one's weights";
        if (Spec.Schedule is { } schedule && Schedule.DependsOnTotal(schedule))
        {
            throw new InvalidInputException(
                $"job '{Id}' cannot be extended: its schedule '{schedule.Name}' spreads the learning rates over its {Spec.TotalSteps} steps, "
                + $"and a longer job has other rates; {remedy}");
        }

        if (EarlyStopping.IsOver(Spec, EndedEpochs.Of(Spec with { TotalSteps = long.MaxValue }, epochs)))
        {
            throw new InvalidInputException(
                $"job '{Id}' cannot be extended: it ended early, because {EarlyStopping.Standstill(Spec, epochs)}; {remedy}");
        }
    }

    private InvalidInputException IsTrained() => new($"job '{Id}' is running: pause it, extend it, and resume it");
}
