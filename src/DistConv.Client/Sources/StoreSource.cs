using DistConv.Client.Running;
using DistConv.Core;
using DistConv.Core.Reading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Client.Sources;

/// <summary>What a run of a job starts from.</summary>
/// <param name="Newest">The newest snapshot that is whole; null: the untrained network.</param>
/// <param name="IsDone">Whether nothing is left to train.</param>
/// <param name="Warnings">One line for each damaged snapshot that was skipped.</param>
internal readonly record struct JobStart(StoredSnapshot? Newest, bool IsDone, IReadOnlyList<string> Warnings);

/// <summary>The jobs of a store that this process reaches, and what trains them here, if anything does.</summary>
/// <param name="directory">The store; it is created when the first job is stored.</param>
/// <param name="data">Where data sets are.</param>
/// <param name="time">The clock.</param>
/// <param name="train">Starts what trains jobs, when the first one is to be trained; null: this process only looks at jobs.</param>
internal sealed partial class StoreSource(
    string directory, DataOptions data, TimeProvider time, Func<CancellationToken, Task<IJobTrainer>>? train = null) : IJobSource
{
    private readonly StartedJobs _started = new(time, data.Warn);
    private readonly SemaphoreSlim _starting = new(1);
    private IJobTrainer? _trainer;
    private bool _isDisposed;

    /// <summary>The jobs of a store that something trains that is already there.</summary>
    /// <param name="directory">The store.</param>
    /// <param name="data">Where data sets are.</param>
    /// <param name="time">The clock.</param>
    /// <param name="trainer">What trains; disposed with this.</param>
    public StoreSource(string directory, DataOptions data, TimeProvider time, IJobTrainer trainer)
        : this(directory, data, time, _ => Task.FromResult(trainer)) => _trainer = trainer;

    /// <inheritdoc/>
    public JobSourceKind Kind => train is null ? JobSourceKind.Store : JobSourceKind.Embedded;

    /// <inheritdoc/>
    public string Name { get; } = $"store '{directory}'";

    /// <inheritdoc/>
    public string? Directory => Path.GetFullPath(directory);

    /// <inheritdoc/>
    public async Task SubmitAsync(string job, TrainingPlan plan, CancellationToken cancellation)
    {
        EnsureTrains();
        cancellation.ThrowIfCancellationRequested(); // Before anything is stored.
        JobFolder folder = Create(job, plan);
        if (_started.Find(job) is not null && folder.IsRunning) return;
        if (!Prepare(folder, plan.Run.StopAt).IsDone) await StartAsync(folder, plan, plan.Run, cancellation);
    }

    /// <inheritdoc/>
    public async Task ResumeAsync(string job, RunOptions options, CancellationToken cancellation)
    {
        EnsureTrains();
        JobFolder folder = Open(job);
        if (_started.Find(job) is not null && folder.IsRunning) return;
        if (!Prepare(folder, options.StopAt).IsDone) await StartAsync(folder, await StoredPlan.ReadAsync(folder, data, cancellation), options, cancellation);
    }

    /// <inheritdoc/>
    public Task RequestAsync(string job, JobRequest request, CancellationToken cancellation)
    {
        Change(Open(job), folder => folder.Request(request));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<JobSummary>> ListAsync(CancellationToken cancellation)
    {
        IReadOnlyList<string> warnings = [];
        IReadOnlyList<JobSummary> jobs = TryOpen()?.Summaries(out warnings) ?? [];
        foreach (string warning in warnings) Warn(warning);
        return Task.FromResult(jobs);
    }

    /// <inheritdoc/>
    public async Task<JobStatus> GetStatusAsync(string job, CancellationToken cancellation)
    {
        if (_started.Find(job) is { } trainer) return await trainer.GetStatusAsync(job).WaitAsync(cancellation);
        JobFolder folder = Open(job);
        return new StoredProgress(folder, time).Look().Status with { State = folder.Summary().State };
    }

    /// <inheritdoc/>
    public Task<JobSpec> ReadSpecificationAsync(string job, CancellationToken cancellation) => Task.FromResult(Open(job).Spec);

    /// <inheritdoc/>
    public Task<JobOutline> OutlineAsync(string job, CancellationToken cancellation) => Task.FromResult(Outline(Open(job)));

    /// <summary>What is known about a job without reading the weights of a snapshot.</summary>
    public static JobOutline Outline(JobFolder folder) => new(folder.Id, folder.Spec, folder.Path, folder.Snapshots(), folder.LatestEpochs());

    /// <inheritdoc/>
    public Task<JobView> ShowAsync(string job, CancellationToken cancellation)
    {
        JobFolder folder = Open(job);
        JobSummary summary = folder.Summary();
        StoredSnapshot? newest = folder.LatestVerified(out IReadOnlyList<string> warnings);
        foreach (string warning in warnings) Warn(warning);
        JobStatusRecord? status = folder.ReadStatus();
        return Task.FromResult(
            new JobView(summary, folder.Spec, folder.Path, folder.Snapshots(), newest) { Message = status?.Message, Silos = status?.Silos ?? [] });
    }

    /// <inheritdoc/>
    public Task<IJobProgress> FollowAsync(string job, CancellationToken cancellation)
    {
        JobFolder folder = Open(job);
        IJobProgress progress = _started.Find(job) is { } trainer ? new TrainerProgress(trainer, folder) : new StoredProgress(folder, time);
        return Task.FromResult(progress);
    }

    /// <inheritdoc/>
    public Task<RecordPage> ReadRecordAsync(string job, RecordCursor after, CancellationToken cancellation) => Task.FromResult(Open(job).ReadRecord(after));

    /// <inheritdoc/>
    public Task ExtendAsync(string job, long totalSteps, CancellationToken cancellation)
    {
        Change(Open(job), folder => folder.Extend(totalSteps));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task LabelAsync(string job, JobLabels labels, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        Change(Open(job), folder => folder.WriteLabels(labels));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Warn(string line) => data.Warn(line);

    /// <inheritdoc/>
    public async Task CopyAsync(string job, SnapshotHead head, Stream target, CancellationToken cancellation)
    {
        await using FileStream source = OpenSnapshot(job, head);
        await source.CopyToAsync(target, cancellation);
    }

    /// <summary>Opens the store only if it exists; the right to read is enough.</summary>
    /// <returns>Null if there is no such folder.</returns>
    public JobStore? TryOpen() => System.IO.Directory.Exists(directory) ? JobStore.OpenRead(directory, time) : null;

    /// <summary>Opens a job.</summary>
    /// <exception cref="InvalidInputException">There is no such store or job.</exception>
    public JobFolder Open(string job) => TryOpen()?.Open(job)
        ?? throw new InvalidInputException(
            $"job {MessageText.Quote(job)} was not found: there is no store '{directory}'; set the store directory to the one that holds it");

    /// <summary>Stores a job, with the weights that it begins with.</summary>
    /// <exception cref="InvalidInputException">The job exists with another specification, or the store cannot be written.</exception>
    public JobFolder Create(string job, TrainingPlan plan)
    {
        JobFolder folder = new JobStore(directory, time).Create(job, plan.Specification);
        if (plan.InitialWeights is { } weights) InitialSnapshot.Enter(folder, InitialSnapshot.Create(plan.Specification, plan.Data, weights, time.GetUtcNow()));
        return folder;
    }

    /// <summary>Checks whether a job can be trained here, and finds what it goes on from.</summary>
    /// <exception cref="InvalidInputException">Another process trains it, it cannot be resumed, or it stands at or behind the step at which to
    /// stop.</exception>
    public static JobStart Prepare(JobFolder folder, long? stopAt)
    {
        if (folder.IsRunning) throw IsRunning(folder);
        StoredSnapshot? newest = folder.LatestVerified(out IReadOnlyList<string> warnings);
        newest?.Snapshot.EnsureResumable(folder.Id);
        bool isOver = newest is not null && (newest.Snapshot.Step >= folder.Spec.TotalSteps || EarlyStopping.IsOver(folder.Spec, newest.Snapshot.Epochs));
        bool isDone = isOver && folder.Summary().State == JobState.Done;
        if (!isDone && stopAt <= newest?.Snapshot.Step)
            throw new InvalidInputException($"stopAt is {stopAt}, but job '{folder.Id}' stands at step {newest!.Snapshot.Step} already; give a later step");
        return new JobStart(newest, isDone, warnings);
    }

    /// <summary>Starts a job that is prepared.</summary>
    public async Task StartAsync(JobFolder folder, TrainingPlan plan, RunOptions options, CancellationToken cancellation)
    {
        NoteDataDirectory(folder, plan.DataDirectory);
        IJobTrainer trainer = await TrainerAsync(cancellation);
        await trainer.StartAsync(folder, plan, options);
        _started.Add(folder.Id, trainer);
    }

    /// <summary>Asks for the end of a run in this process at the next step boundary, with a snapshot.</summary>
    public Task StopAsync(string job) => _started.Find(job) is { } trainer ? trainer.StopAsync(job) : Task.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return;
        await _started.StopAsync();
        if (_trainer is not null) await _trainer.DisposeAsync();
        _starting.Dispose();
    }

    private async Task<IJobTrainer> TrainerAsync(CancellationToken cancellation)
    {
        await _starting.WaitAsync(cancellation);
        try
        {
            return _trainer ??= await train!(cancellation);
        }
        finally
        {
            _starting.Release();
        }
    }

    private void EnsureTrains()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (train is null)
            throw new InvalidOperationException(
                $"nothing trains the jobs of {Name} in this process: start an embedded DistConv over it, or connect to a cluster");
    }

    /// <summary>While a job runs, it removes older snapshots.</summary>
    private static FileStream OpenSnapshot(string job, SnapshotHead head)
    {
        try
        {
            return new FileStream(head.Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InvalidInputException($"job '{job}' no longer has the snapshot of step {head.Step}: '{head.Path}' was removed", e);
        }
    }

    /// <summary>Keeps where the data set was found, for whoever trains the job. Claims the job for that, so under its lock.</summary>
    private static void NoteDataDirectory(JobFolder folder, string? dataDirectory)
    {
        if (dataDirectory is null || folder.ReadOrigin()?.DataDirectory == dataDirectory) return;
        Change(folder, job =>
        {
            using JobLock gate = job.TryAcquireLock() ?? throw IsRunning(job);
            job.WriteOrigin(new JobOrigin(dataDirectory), job.ClaimFence());
        });
    }

    /// <summary>Writes into a job's folder.</summary>
    /// <exception cref="InvalidInputException">The disk refuses, or what <paramref name="change"/> throws.</exception>
    private static void Change(JobFolder folder, Action<JobFolder> change)
    {
        try
        {
            change(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException(
                $"job '{folder.Id}' cannot be changed in '{folder.Path}' ({MessageText.OneLine(e.Message)}): make the store writable", e);
        }
    }

    private static InvalidInputException IsRunning(JobFolder folder) =>
        new($"job '{folder.Id}' is being trained by another process; wait for it, or stop that one first");
}
