using DistConv.Core;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Membership;
using DistConv.Grains.Workers;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using DistConv.Training.Specification;
using Orleans.Concurrency;
using Orleans.GrainDirectory;

namespace DistConv.Grains.Jobs;

/// <inheritdoc cref="IJobsGrain"/>
[StatelessWorker]
[GrainDirectory(LocalGrainDirectory.Name)]
internal sealed class JobsGrain(ReplicaHost host, ISiloWatch silos, IJobServiceClient services, TimeProvider time) : Grain, IJobsGrain
{
    private const int ChunkBytes = 1 << 20;
    private static readonly TimeSpan _answerPatience = TimeSpan.FromSeconds(2);
    private readonly WeightUploads _uploads = new(host.Store, time);

    /// <inheritdoc/>
    public Task<ClusterMessage> GetCluster() => Task.Run(() => new ClusterMessage(
        Protocol.Version, NumericsVersion.Current, host.Store.Id, [.. silos.Active.Select(silo => silo.Endpoint.ToString())]));

    /// <inheritdoc/>
    public async Task Submit(string job, string specJson, RunMessage options)
    {
        JobFolder folder = await Task.Run(() =>
        {
            JobSpec spec = Parse(specJson);
            InvalidInputException.ThrowIfAny([
                .. JobStore.IsJobId(job) ? [] : (SettingProblem[])[JobStore.InvalidId(job)],
                .. JobSpecCheck.FindProblemsOfNewJob(spec),
                .. ProblemsHere(job, spec),
                .. Problems(options, spec.TotalSteps)]);
            _uploads.RemoveAbandoned();
            return spec.InitialWeights is null ? host.Store.Create(job, spec) : _uploads.Admit(job, spec);
        });
        bool isOpen = await Task.Run(() => folder.ReadStatus() is null or { State: JobState.Queued or JobState.Running or JobState.Interrupted });
        if (isOpen) await StartAsync(folder, options);
    }

    /// <inheritdoc/>
    public Task SendInitialWeights(string job, string specJson, long offset, byte[] bytes) => Task.Run(() =>
    {
        JobSpec spec = Parse(specJson);
        InvalidInputException.ThrowIfAny([
            .. JobStore.IsJobId(job) ? [] : (SettingProblem[])[JobStore.InvalidId(job)],
            .. JobSpecCheck.FindProblemsOfNewJob(spec)]);
        _uploads.Write(job, spec, offset, bytes);
    });

    /// <inheritdoc/>
    public async Task Resume(string job, RunMessage options)
    {
        JobFolder folder = await Task.Run(() =>
        {
            JobFolder opened = host.Store.Open(job);
            InvalidInputException.ThrowIfAny([.. JobSpecCheck.FindProblems(opened.Spec), .. Problems(options, opened.Spec.TotalSteps)]);
            return opened;
        });
        bool isDone = await Task.Run(() => folder.ReadStatus() is { State: JobState.Done });
        if (!isDone) await StartAsync(folder, options);
    }

    /// <inheritdoc/>
    public Task Extend(string job, long totalSteps) => Task.Run(() => host.Store.Open(job).Extend(totalSteps, isKept: true));

    /// <inheritdoc/>
    public Task Label(string job, string[] tags, string note) =>
        Task.Run(() => host.Store.Open(job).WriteLabels(new JobLabels { Tags = tags, Note = note }));

    /// <inheritdoc/>
    public async Task Request(string job, JobRequest request)
    {
        JobClaim? claim = await Task.Run(() =>
        {
            JobFolder folder = host.Store.Open(job);
            return folder.Request(request, isKept: true) ? folder.ReadClaim() : null;
        });
        if (OwnerOf(claim) is { } owner) services.On(owner).Nudge(job).Ignore();
    }

    /// <inheritdoc/>
    public Task<JobSummary[]> List() => Task.Run(() => host.Store.Summaries(out _)
        .Select(summary => summary.State == JobState.Interrupted ? StoredJob.InCluster(summary, host.Store.Open(summary.Id)) : summary).ToArray());

    /// <inheritdoc/>
    public async Task<JobStatus> GetStatus(string job)
    {
        (JobFolder folder, JobClaim? claim) = await Task.Run(() =>
        {
            JobFolder opened = host.Store.Open(job);
            return (opened, opened.ReadClaim());
        });
        SiloAddress? owner = OwnerOf(claim);
        if (owner is not null && await AskAsync(owner, job) is { } status) return status;
        return await Task.Run(() =>
        {
            JobStatus stored = StoredJob.Read(folder);
            return stored.State == JobState.Running && Warning(claim, owner) is { } warning ? stored with { Warnings = [.. stored.Warnings, warning] } : stored;
        });
    }

    /// <inheritdoc/>
    public Task<JobDetails> Show(string job) => Task.Run(() =>
    {
        JobFolder folder = host.Store.Open(job);
        return new JobDetails(
            folder.Spec.ToJson(), StoredJob.Summarize(folder), folder.ReadStatus()?.Message, folder.Path, [.. folder.Snapshots()], [.. folder.LatestEpochs()]);
    });

    /// <inheritdoc/>
    public Task<RecordPage> ReadRecord(string job, RecordCursor after) => Task.Run(() => host.Store.Open(job).ReadRecord(after));

    /// <inheritdoc/>
    public Task<FileChunk> ReadSnapshot(string job, long step, long offset) => Task.Run(() =>
    {
        if (offset < 0) throw new InvalidInputException([new SettingProblem("offset", $"is {offset}; give at least 0")]);
        foreach (SnapshotHead head in host.Store.Open(job).Snapshots().Where(head => head.Step == step).Reverse())
        {
            try
            {
                using FileStream stream = new(head.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
                byte[] bytes = new byte[long.Clamp(stream.Length - offset, 0, ChunkBytes)];
                stream.Position = offset;
                stream.ReadExactly(bytes);
                return new FileChunk(bytes, stream.Length, Path.GetFileName(head.Path));
            }
            catch (FileNotFoundException)
            {
                // It was removed a moment ago, or another coordinator's file of the same step is there.
            }
        }

        throw new InvalidInputException($"job '{job}' has no snapshot of step {step}; 'jobs show {job}' lists those that it has");
    });

    private static JobSpec Parse(string? json) => json is null
        ? throw new InvalidInputException([new SettingProblem("specification", "is missing; give its JSON")]) : JobSpec.Parse(json);

    private static IReadOnlyList<SettingProblem> Problems(RunMessage? options, long totalSteps) =>
        options is null ? [new SettingProblem("options", "are missing")] : options.ToOptions().FindProblems(totalSteps);

    /// <summary>What only this cluster can tell: which data sets its silos know, and that the weights which a new job begins with have been sent.</summary>
    private IEnumerable<SettingProblem> ProblemsHere(string job, JobSpec spec)
    {
        if (spec.Data is { } data && DataNames.IsName(data) && !host.Catalog.IsKnown(data)) yield return host.Catalog.Unknown(data);
        if (spec.InitialWeights is not null && !host.Store.List().Contains(job) && !_uploads.Has(job, spec))
            yield return new SettingProblem("initialWeights", "names weights that have not been sent; send them before the job is submitted");
    }

    private static string? Warning(JobClaim? claim, SiloAddress? owner) => claim switch
    {
        { Owner.Silo: null } => null,
        { Owner.Silo: { } silo, IsReleased: true } => $"silo {Endpoint(silo)} has handed the job over; nobody coordinates it now",
        { Owner.Silo: { } silo } when owner is null => $"silo {Endpoint(silo)}, which coordinates the job, is gone; another one takes the job over",
        { Owner.Silo: { } silo } => $"silo {Endpoint(silo)}, which coordinates the job, does not answer for it",
        _ => "nobody coordinates the job now",
    };

    private static string Endpoint(string silo) => silo.Split('@')[0];

    private SiloAddress? OwnerOf(JobClaim? claim) => silos.Active.FirstOrDefault(silo => silo.ToParsableString() == claim?.Owner?.Silo);

    private async Task StartAsync(JobFolder folder, RunMessage options)
    {
        JobClaim? claim = await Task.Run(folder.ReadClaim);
        bool isRunning = await Task.Run(() => folder.IsRunning && folder.ReadStatus() is null or { State: JobState.Running });
        if (isRunning && claim is not { Owner.Silo: null } && OwnerOf(claim) is not null) return;
        Exception? failure = null;
        foreach (SiloAddress silo in Succession.Order(folder.Id, silos.Active))
        {
            try
            {
                await services.On(silo).Start(folder.Id, options);
                return;
            }
            catch (Exception e) when (e is not InvalidInputException)
            {
                failure = e; // The silo may be dying, or its disk: the next one.
            }
        }

        throw new InvalidOperationException($"no silo of the cluster can coordinate job '{folder.Id}' now: {failure?.Message ?? "none is active"}", failure);
    }

    private async Task<JobStatus?> AskAsync(SiloAddress silo, string job)
    {
        Task<JobStatus?> answer = services.On(silo).GetStatus(job);
        try
        {
            return await answer.WaitAsync(_answerPatience, time);
        }
#pragma warning disable CA1031 // Whatever it is, the store has the answer.
        catch (Exception)
#pragma warning restore CA1031
        {
            answer.Ignore();
            return null;
        }
    }
}
