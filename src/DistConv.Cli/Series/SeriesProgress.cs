using DistConv.Cli.Context;
using DistConv.Cli.Progress;
using DistConv.Client.Series;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Series;

/// <summary>What is shown while a series is trained: of a single job at a time what <c>train</c> shows, of several a line for each epoch.</summary>
/// <param name="context">The command line.</param>
/// <param name="plan">The series.</param>
/// <param name="parallel">How many jobs are trained at once.</param>
/// <param name="ended">Gets each result.</param>
internal sealed class SeriesProgress(CliContext context, SeriesPlan plan, int parallel, Func<SeriesResult, Task> ended) : ISeriesWatcher
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _epochsSaid = new(StringComparer.Ordinal);
    private ProgressReporter? _progress;

    /// <inheritdoc/>
    public void Begin(SeriesJob job, int epochsBefore)
    {
        lock (_gate)
        {
            _epochsSaid[job.Id] = epochsBefore;
            SeriesMember member = plan.Members.Single(member => member.Job == job);
            context.Output.Say($"job {job.Id}: {SeriesText.Values(plan, member)}");
            if (parallel > 1) return;
            _progress = new ProgressReporter(context.Output, context.Time);
            _progress.Begin(job.Plan.Shards, JobFigures.Of(job.Plan.Specification), epochsBefore);
        }
    }

    /// <inheritdoc/>
    public void Look(SeriesJob job, JobStatus status)
    {
        lock (_gate)
        {
            if (_progress is { } progress)
            {
                progress.Report(status);
                return;
            }

            foreach (EpochMetrics epoch in status.Epochs.Skip(_epochsSaid[job.Id]))
                context.Output.Say($"job {job.Id}: {ProgressText.Epoch(epoch, status.EpochCount, JobFigures.Of(job.Plan.Specification))}");
            _epochsSaid[job.Id] = int.Max(_epochsSaid[job.Id], status.Epochs.Count);
        }
    }

    /// <inheritdoc/>
    public async Task EndAsync(SeriesResult result)
    {
        lock (_gate) _progress = null;
        await ended(result);
    }
}
