using DistConv.Core;

namespace DistConv.Training.Jobs;

/// <content>Deleting jobs.</content>
public sealed partial class JobStore
{
    private const string TombstonePrefix = ".deleted-"; // No job's id begins with a dot, so nothing lists or opens it.
    private static readonly TimeSpan _jobPatience = TimeSpan.FromMilliseconds(250);
    private static readonly EnumerationOptions _allFiles = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    /// <summary>What deleting a job would remove. Nothing is written.</summary>
    /// <param name="jobId">The job's id; its specification need not be readable.</param>
    /// <returns>Its state and the size of its folder.</returns>
    /// <exception cref="InvalidInputException">There is no such job, or it runs or waits to run.</exception>
    /// <exception cref="IOException">The folder cannot be read.</exception>
    public JobRemains RemainsOf(string jobId)
    {
        JobFolder? job = OpenToDelete(jobId);
        if (IsTrained(jobId)) throw NotEnded(jobId, "running");
        return Remains(jobId, EnsureEnded(jobId, job));
    }

    /// <summary>
    /// Deletes a job for good. Its folder is renamed first and its files are removed then: a process that dies in between leaves no half job, and the next
    /// deletion removes the rest.
    /// </summary>
    /// <param name="jobId">The job's id; its specification need not be readable.</param>
    /// <returns>What was removed.</returns>
    /// <exception cref="InvalidInputException">There is no such job, it runs or waits to run, or the folder cannot be written.</exception>
    public JobRemains Delete(string jobId)
    {
        JobFolder? job = OpenToDelete(jobId);
        string folder = Path.Combine(Root, jobId), tombstone = Path.Combine(Root, $"{TombstonePrefix}{jobId}-{Guid.NewGuid():N}");
        JobRemains remains;
        try
        {
            using JobLock gate = AcquireGate();
            using (JobLock held = JobLock.TryAcquire(Path.Combine(folder, StoreNames.Lock), _jobPatience) ?? throw NotEnded(jobId, "running"))
            {
                if (JobFolder.Beats(folder, _time)) throw NotEnded(jobId, "running");
                remains = Remains(jobId, EnsureEnded(jobId, job));
                job?.ClaimFence(); // Whoever wanted to take the job at this moment is outbid.
            }

            Directory.Move(folder, tombstone);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }

        RemoveTombstones(jobId, tombstone);
        return remains;
    }

    private static JobState? EnsureEnded(string jobId, JobFolder? job)
    {
        if (job is null) return null; // Without a specification nobody can start it.
        JobState state = job.ReadStatus()?.State ?? JobState.Queued;
        if (job.IsKept) throw NotEnded(jobId, state == JobState.Queued ? "queued" : "running");
        if (state == JobState.Queued) throw NotEnded(jobId, "queued");
        return state == JobState.Running ? JobState.Interrupted : state;
    }

    private static InvalidInputException NotEnded(string jobId, string state) => new($"job '{jobId}' is {state}: cancel it, and delete it when it has ended");

    private bool IsTrained(string jobId)
    {
        string folder = Path.Combine(Root, jobId);
        return JobLock.IsHeld(Path.Combine(folder, StoreNames.Lock)) || JobFolder.Beats(folder, _time);
    }

    /// <summary>Opens a job; null if its specification is there but cannot be read.</summary>
    private JobFolder? OpenToDelete(string jobId)
    {
        EnsureValid(jobId);
        if (!Holds(jobId)) return Open(jobId); // Says that there is no such job.
        try
        {
            return Open(jobId);
        }
        catch (Exception e) when (e is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            return Holds(jobId) ? null : Open(jobId);
        }
    }

    private JobRemains Remains(string jobId, JobState? state)
    {
        (int files, long bytes) = (0, 0);
        foreach (FileInfo file in new DirectoryInfo(Path.Combine(Root, jobId)).EnumerateFiles("*", _allFiles))
        {
            files++;
            bytes += file.Length;
        }

        return new JobRemains(jobId, state, files, bytes);
    }

    /// <summary>Removes the files of deleted jobs: of this one, and of those whose deletion was cut short.</summary>
    private void RemoveTombstones(string jobId, string own)
    {
        foreach (string folder in Directory.EnumerateDirectories(Root, TombstonePrefix + "*").ToList())
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (DirectoryNotFoundException)
            {
                // Another process removes them too.
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                if (folder == own)
                    throw new InvalidInputException(
                        $"job '{jobId}' is deleted, but files of it are left in '{folder}' ({e.Message.ReplaceLineEndings(" ")}): remove that folder", e);
            }
        }
    }
}
