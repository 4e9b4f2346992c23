using System.Collections.Concurrent;
using DistConv.Client;
using DistConv.Core;
using DistConv.Dashboard.Api;
using DistConv.Dashboard.Series;
using DistConv.Images.Folders;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Dashboard.Jobs;

/// <summary>The rows of the table of jobs. What a job that does not run has measured is read once.</summary>
/// <param name="client">The jobs.</param>
/// <param name="cache">Their records.</param>
/// <param name="time">The clock.</param>
internal sealed class JobTable(IDistConvClient client, SeriesCache cache, TimeProvider time)
{
    /// <summary>How many losses a row's curve has at most.</summary>
    public const int SparkLength = 60;

    /// <summary>How long the curves of a list may take to be read; the others come with a later list.</summary>
    private static readonly TimeSpan _sparkTime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, KnownJob> _known = new(StringComparer.Ordinal);

    /// <summary>All jobs, the one that was last written to first.</summary>
    public async Task<IReadOnlyList<JobRow>> ListAsync(CancellationToken ct)
    {
        List<JobRow> rows = [];
        long started = time.GetTimestamp();
        HashSet<string> ids = new(StringComparer.Ordinal);
        await foreach (JobSummary summary in client.ListAsync(ct))
        {
            if (await TryGetAsync(summary, ct) is not { } row) continue;
            rows.Add(row with { Spark = await SparkAsync(summary, time.GetElapsedTime(started) < _sparkTime, ct) });
            ids.Add(summary.Id);
        }

        foreach (string id in _known.Keys.Where(id => !ids.Contains(id))) _known.TryRemove(id, out _);
        return rows;
    }

    /// <summary>A job's row.</summary>
    public async Task<JobRow> GetAsync(FoundJob found, CancellationToken ct) => Row(await StatusAsync(found, ct), found.Description);

    /// <summary>A job's status.</summary>
    public async Task<JobStatus> StatusAsync(FoundJob found, CancellationToken ct)
    {
        JobSummary summary = found.Description.Summary;
        if (_known.TryGetValue(found.Job.Id, out KnownJob? known) && known.Description.Summary == summary) return known.Status;
        JobStatus status = await found.Job.GetStatusAsync(ct);
        if (summary.State is not (JobState.Queued or JobState.Running)) _known[found.Job.Id] = new KnownJob(found.Description, status);
        return status;
    }

    /// <summary>The row of a job whose status is known.</summary>
    public static JobRow Row(JobStatus status, JobDescription description)
    {
        JobSpec spec = description.Specification;
        EpochMetrics? last = status.Epochs is [.., var epoch] ? epoch : null;
        bool runs = status.State is JobState.Running;
        bool isBetweenEpochs = last?.Step == status.Step; // No step of the next epoch has been measured.
        return new JobRow
        {
            Id = status.Job,
            State = status.State,
            Model = spec.ModelName,
            Data = DataTitle.Of(spec.Data),
            Optimizer = spec.Optimizer.Name,
            Step = status.Step,
            TotalSteps = status.TotalSteps,
            Epochs = status.Epochs.Count,
            Loss = (isBetweenEpochs ? null : Finite(status.Loss)) ?? Finite(last?.TrainLoss),
            Accuracy = JobFigures.MeasuredAccuracy(spec.Labels, (isBetweenEpochs ? null : Finite(status.Accuracy)) ?? Finite(last?.TrainAccuracy)),
            TestLoss = Finite(last?.TestLoss),
            TestAccuracy = JobFigures.MeasuredAccuracy(spec.Labels, Finite(last?.TestAccuracy)),
            SamplesPerSecond = runs ? Positive(status.SamplesPerSecond) : null,
            RemainingSeconds = runs ? Positive(status.RemainingSeconds) : null,
            UpdatedAt = description.Summary.UpdatedAt,
            Message = status.Message ?? description.Message,
            Warnings = status.Warnings,
            Spark = [],
            Silos = status.Silos.Count,
            Tags = description.Summary.Labels.Tags,
            Note = description.Summary.Labels.Note,
        };
    }

    /// <summary>The curve of a row. Of a job that does not run it is read once.</summary>
    private async Task<IReadOnlyList<double>> SparkAsync(JobSummary summary, bool mayRead, CancellationToken ct)
    {
        if (_known.TryGetValue(summary.Id, out KnownJob? known) && known.Spark is { } spark) return spark;
        JobSeries series = cache.Get(summary.Id);
        if (mayRead) await series.RefreshAsync(client.GetJob(summary.Id), ct);
        IReadOnlyList<double> losses = series.Read((columns, _) => SeriesFormat.Sample(columns.Column("loss"), SparkLength));
        if (mayRead && known is not null) _known.TryUpdate(summary.Id, known with { Spark = losses }, known);
        return losses;
    }

    /// <summary>Null if the job has been removed meanwhile, or cannot be read.</summary>
    private async Task<JobRow?> TryGetAsync(JobSummary summary, CancellationToken ct)
    {
        if (_known.TryGetValue(summary.Id, out KnownJob? known) && known.Description.Summary == summary) return Row(known.Status, known.Description);
        try
        {
            TrainingJob job = client.GetJob(summary.Id);
            return await GetAsync(new FoundJob(job, await job.DescribeAsync(ct)), ct);
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;

    private static double? Positive(double value) => value > 0 ? Finite(value) : null;

    private sealed record KnownJob(JobDescription Description, JobStatus Status)
    {
        public IReadOnlyList<double>? Spark { get; init; }
    }
}
