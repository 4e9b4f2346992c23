using System.Buffers.Binary;
using DistConv.Grains.Contracts;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Client.Clusters;

/// <summary>
/// The jobs of a cluster, asked from outside. A silo may die at any moment, and a client learns that from a missing answer only: so each call waits for a short
/// time, then goes to another silo. All calls can be repeated without harm.
/// </summary>
/// <param name="grain">The grain of a key; another key travels through another gateway.</param>
/// <param name="name">The cluster in messages: "cluster 'distconv' at redis://…".</param>
/// <param name="time">The clock.</param>
public sealed class ClusterJobs(Func<long, IJobsGrain> grain, string name, TimeProvider time)
{
    /// <summary>How long one silo may take to tell something: milliseconds, and two seconds more when it waits in vain for a job's coordinator.</summary>
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(4);

    /// <summary>How long one silo may take to do something: a coordinator claims a job, which needs a few writes to the store.</summary>
    private static readonly TimeSpan _act = TimeSpan.FromSeconds(10);

    /// <summary>How often something is tried that silos answer by an error of their own, such as a full disk.</summary>
    private const int MaxRefusals = 4;

    /// <summary>Bytes of weights in a message.</summary>
    private const int ChunkBytes = 1 << 20;

    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(250);

    private long _key;

    /// <summary>The longest time that no silo may answer before a call fails. Default: a minute, in which a cluster restarts.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The cluster in messages: "cluster 'distconv' at redis://…".</summary>
    public string Name => name;

    /// <summary>Gets a line when no silo has answered for a while, and another one when one does again. Default: nobody.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>Who is there.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Versions, store and silos.</returns>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task<ClusterMessage> GetClusterAsync(CancellationToken cancellation) => CallAsync(jobs => jobs.GetCluster(), _look, cancellation);

    /// <summary>Makes a job and starts it; the same job again is the same.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="spec">Its specification.</param>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>When a coordinator has claimed it.</returns>
    /// <exception cref="Core.InvalidInputException">The job exists with another specification, or the cluster refuses it.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task SubmitAsync(string job, JobSpec spec, RunOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        string json = spec.ToJson();
        return ActAsync(jobs => jobs.Submit(job, json, RunMessage.From(options)), cancellation);
    }

    /// <summary>Sends the weights that a job begins with, makes the job and starts it.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="spec">Its specification, which names the digest of the weights.</param>
    /// <param name="weights">All weights, in the order of a snapshot.</param>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <param name="cancellation">Ends the waiting; what has been sent is removed by the cluster.</param>
    /// <returns>When a coordinator has claimed it.</returns>
    /// <exception cref="Core.InvalidInputException">The job exists with another specification, or the cluster refuses it.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public async Task SubmitAsync(string job, JobSpec spec, ReadOnlyMemory<float> weights, RunOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(spec);
        string json = spec.ToJson();
        for (int first = 0; first < weights.Length; first += ChunkBytes / sizeof(float))
        {
            ReadOnlyMemory<float> part = weights.Slice(first, int.Min(ChunkBytes / sizeof(float), weights.Length - first));
            byte[] bytes = new byte[part.Length * sizeof(float)];
            for (int i = 0; i < part.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), part.Span[i]);
            long offset = (long)first * sizeof(float);
            await ActAsync(jobs => jobs.SendInitialWeights(job, json, offset, bytes), cancellation);
        }

        // The silo reads all of them, and writes them once more.
        TimeSpan patience = _act + TimeSpan.FromSeconds((double)weights.Length * sizeof(float) / (16 * ChunkBytes));
        await ActAsync(jobs => jobs.Submit(job, json, RunMessage.From(options)), cancellation, patience);
    }

    /// <summary>Goes on with a job that has ended before its time.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="options">When to stop and to take snapshots.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>When a coordinator has claimed it.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task ResumeAsync(string job, RunOptions options, CancellationToken cancellation) =>
        ActAsync(jobs => jobs.Resume(job, RunMessage.From(options)), cancellation);

    /// <summary>Gives a job more steps, while nobody trains it.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="totalSteps">Steps of the whole job, those that it has done included.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>When the store has it.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, it runs or has failed, has more steps than that, or would have had other
    /// bits.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task ExtendAsync(string job, long totalSteps, CancellationToken cancellation) => ActAsync(jobs => jobs.Extend(job, totalSteps), cancellation);

    /// <summary>Writes tags and a note on a job.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="labels">All of them.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>When they are stored.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, or a tag or the note cannot be stored.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task LabelAsync(string job, JobLabels labels, CancellationToken cancellation) =>
        ActAsync(jobs => jobs.Label(job, [.. labels.Tags], labels.Note), cancellation);

    /// <summary>A part of what a job's steps measured.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="after">Where to begin.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The complete lines that follow.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, or its record has no such position.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task<RecordPage> ReadRecordAsync(string job, RecordCursor after, CancellationToken cancellation) =>
        CallAsync(jobs => jobs.ReadRecord(job, after), _act, cancellation);

    /// <summary>Asks for a job's end at a step boundary, with a snapshot.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="request">Pause or cancel.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>When the request is in the store.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, or the request makes no sense for it.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task RequestAsync(string job, JobRequest request, CancellationToken cancellation) => ActAsync(jobs => jobs.Request(job, request), cancellation);

    /// <summary>All jobs.</summary>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The job that was last written to first.</returns>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public async Task<IReadOnlyList<JobSummary>> ListAsync(CancellationToken cancellation) => await CallAsync(jobs => jobs.List(), _act, cancellation);

    /// <summary>How a job stands.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>The status.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task<JobStatus> GetStatusAsync(string job, CancellationToken cancellation) => CallAsync(jobs => jobs.GetStatus(job), _look, cancellation);

    /// <summary>What the store knows about a job.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Specification, state and snapshots.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public Task<JobDetails> ShowAsync(string job, CancellationToken cancellation) => CallAsync(jobs => jobs.Show(job), _act, cancellation);

    /// <summary>Copies a snapshot file, in chunks that several silos may send. Whoever keeps the copy checks it.</summary>
    /// <param name="job">The job's id.</param>
    /// <param name="step">The snapshot's step.</param>
    /// <param name="target">Gets the bytes, from its start on; it can seek.</param>
    /// <param name="cancellation">Ends the copying.</param>
    /// <returns>When all bytes are written.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job or snapshot.</exception>
    /// <exception cref="ClusterUnavailableException">No silo answers.</exception>
    public async Task CopySnapshotAsync(string job, long step, Stream target, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(target);
        string? file = null;
        long total;
        do
        {
            FileChunk chunk = await CallAsync(jobs => jobs.ReadSnapshot(job, step, target.Position), _act, cancellation);
            total = chunk.TotalBytes;
            if (chunk.FileName == (file ??= chunk.FileName))
            {
                await target.WriteAsync(chunk.Bytes, cancellation);
                if (chunk.Bytes.Length == 0 && target.Position < total)
                    throw new InvalidDataException($"{name} sent {target.Position} of {total} bytes of '{file}'");
            }
            else
            {
                target.SetLength(0); // Another coordinator's snapshot of this step: the same network, in a file of its own.
                file = null;
                total = long.MaxValue;
            }
        }
        while (target.Position < total);
    }

    private Task<object?> ActAsync(Func<IJobsGrain, Task> call, CancellationToken cancellation, TimeSpan? answerWithin = null) =>
        CallAsync<object?>(
            async jobs =>
            {
                await call(jobs);
                return null;
            },
            answerWithin ?? _act,
            cancellation);

    private async Task<T> CallAsync<T>(Func<IJobsGrain, Task<T>> call, TimeSpan answerWithin, CancellationToken cancellation)
    {
        long start = time.GetTimestamp();
        bool told = false;
        int refusals = 0;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                T answer = await call(grain(Interlocked.Read(ref _key))).WaitAsync(answerWithin, time, cancellation);
                if (told) Warn($"{name} answers again");
                return answer;
            }
            catch (Exception e) when (e is TimeoutException or OrleansException)
            {
                Interlocked.Increment(ref _key);
                TimeSpan silent = time.GetElapsedTime(start);
                if (silent >= Patience)
                    throw new ClusterUnavailableException(
                        $"no silo of {name} has answered for {silent.TotalSeconds:0} s: see whether 'distconv serve' runs there and can be reached", e);
                if (!told && silent >= _act) Warn($"no silo of {name} answers; trying again for {(Patience - silent).TotalSeconds:0} s");
                told |= silent >= _act;
                await Task.Delay(_pause, time, cancellation);
            }
            catch (Exception e) when (e is IOException or FencedException or InvalidOperationException)
            {
                Interlocked.Increment(ref _key);
                if (++refusals == MaxRefusals) throw new ClusterUnavailableException($"{name} cannot do this now: {e.Message}", e);
                await Task.Delay(_pause, time, cancellation);
            }
        }
    }
}
