using DistConv.Core;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Jobs;

/// <content>What a cluster's coordinator leaves to the next one, and what people ask of a run.</content>
public sealed partial class JobFolder
{
    /// <summary>Whether a cluster goes on with the job when its coordinator is lost: one has run it, and it has not ended.</summary>
    public bool IsKept =>
        ReadRun() is not null && ReadStatus() is null or { State: JobState.Queued or JobState.Running } && ReadClaim() is not { Owner.Silo: null };

    /// <summary>Notes how a cluster's coordinator runs the job: from now on the cluster takes it over when its coordinator is lost.</summary>
    /// <param name="run">The note.</param>
    /// <param name="fence">The caller's claim.</param>
    /// <exception cref="FencedException">Another process has taken the job over.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public void WriteRun(RunRecord run, long fence)
    {
        EnsureFence(fence);
        byte[] json = JobJson.Write(run, StoreJsonContext.Default.RunRecord);
        AtomicFile.Publish(In(StoreNames.Run(fence)), durable: true, stream => stream.Write(json));
    }

    /// <summary>The highest fence's note.</summary>
    /// <returns>Null when no cluster has run the job.</returns>
    public RunRecord? ReadRun() => ReadLast("run", StoreJsonContext.Default.RunRecord);

    /// <summary>
    /// Asks for an end of the run at a step boundary. Whoever trains the job looks for requests twice a second, and one who takes over from it meets them too.
    /// When nobody trains it, the job is paused or cancelled at once.
    /// </summary>
    /// <param name="request">What is asked.</param>
    /// <param name="isKept">Whether the caller knows that a cluster takes the job over when its coordinator is lost; then that coordinator meets the
    /// request.</param>
    /// <returns>Whether the request waits for somebody who trains the job; false: it has been met.</returns>
    /// <exception cref="InvalidInputException">The job has ended in another way, or the request is none.</exception>
    /// <exception cref="IOException">The disk refuses.</exception>
    public bool Request(JobRequest request, bool isKept = false)
    {
        JobState met = request switch
        {
            JobRequest.Pause => JobState.Paused,
            JobRequest.Cancel => JobState.Cancelled,
            _ => throw new InvalidInputException([new SettingProblem("request", $"is {(int)request}; give pause or cancel")]),
        };
        bool running = IsRunning; // Before the status, as in Summary.
        JobStatusRecord? status = ReadStatus();
        JobState state = status?.State ?? JobState.Queued;
        bool isOpen = state is JobState.Queued or JobState.Running or JobState.Interrupted;
        if (running || (isKept && IsKept))
        {
            WriteRequest(request);
            return true;
        }

        if (state == met) return false;
        if (state == JobState.Done || (request == JobRequest.Pause && !isOpen))
        {
            throw new InvalidInputException(
                $"job '{Id}' is {state.ToString().ToLowerInvariant()}: there is nothing to {request.ToString().ToLowerInvariant()}");
        }

        JobStatusRecord before = status ?? new JobStatusRecord { State = JobState.Queued, Step = 0, UpdatedAt = _time.GetUtcNow() };
        WriteStatus(before with { State = met, UpdatedAt = _time.GetUtcNow(), Message = null }, ClaimFence());
        return false;
    }

    /// <summary>The last request that was made under some claims.</summary>
    /// <param name="since">The lowest of them.</param>
    /// <returns>Null when there is none.</returns>
    public JobRequest? ReadRequest(long since)
    {
        foreach ((string path, long fence, _) in StoreNames.Numbered(Path, "request", ".json").AsEnumerable().Reverse())
        {
            if (fence < since) break;
            if (AtomicFile.TryReadAllBytes(path) is { } json
                && JobJson.TryParse(json, StoreJsonContext.Default.RequestRecord) is { Request: { } request }) return request;
        }

        return null;
    }

    private void WriteRequest(JobRequest request)
    {
        byte[] json = JobJson.Write(new RequestRecord(request), StoreJsonContext.Default.RequestRecord);
        while (true)
        {
            long fence = HighestFence();
            long number = StoreNames.Numbered(Path, "request", ".json").FindLast(file => file.First == fence).Second + 1;
            string path = In(StoreNames.Request(fence, number));
            try
            {
                AtomicFile.Publish(path, durable: true, stream => stream.Write(json));
                return;
            }
            catch (IOException) when (File.Exists(path))
            {
                // Another was faster: the next number.
            }
        }
    }
}
