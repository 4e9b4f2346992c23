using DistConv.Cli.Output;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Shards;

namespace DistConv.Cli.Progress;

/// <summary>Shows a running job: live in a terminal, elsewhere a line now and then; and lines after each epoch.</summary>
internal sealed class ProgressReporter(IConsoleOutput output, TimeProvider time)
{
    private readonly HashSet<string> _warned = [];
    private readonly long _startedAt = time.GetTimestamp();
    private int? _oversampled;
    private ShardPlan? _plan;
    private JobFigures? _figures;
    private CoverageProof? _expected;
    private int _epochsShown;
    private long _lineAt;
    private long _stepShown = -1;

    /// <summary>The loss so far.</summary>
    public LossCurve Curve { get; } = new();

    /// <summary>Shows each warning once.</summary>
    public void Warn(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings.Where(_warned.Add)) output.Warn(warning);
    }

    /// <summary>Tells what is coming.</summary>
    /// <param name="plan">The job's division into epochs.</param>
    /// <param name="figures">Which figures the job has.</param>
    /// <param name="epochsShown">Epochs that a resumed job had ended before.</param>
    /// <param name="oversampled">How many samples the virtual ones of an epoch are made of; null: nothing is oversampled.</param>
    public void Begin(ShardPlan plan, JobFigures figures, int epochsShown, int? oversampled = null)
    {
        _oversampled = oversampled;
        _plan = plan;
        _figures = figures;
        _expected = CoverageProof.Expected(plan.Samples);
        _epochsShown = epochsShown;
    }

    /// <summary>Takes the loss of steps that were trained before.</summary>
    /// <param name="measurements">A log.</param>
    /// <param name="before">The first step that is still to come.</param>
    public void Remember(IEnumerable<StepEntry> measurements, long before)
    {
        foreach (StepEntry step in measurements.Where(step => step.Step < before)) Curve.Add(step.Step, step.Step + 1, step.Loss);
    }

    /// <summary>Shows what is new in a status.</summary>
    public void Report(JobStatus status)
    {
        if (_plan is not { } plan || _figures is not { } figures || _expected is not { } expected)
            throw new InvalidOperationException("a status came before the job began");
        Warn(status.Warnings);
        foreach (EpochMetrics epoch in status.Epochs.Skip(_epochsShown))
        {
            output.Say(ProgressText.Epoch(epoch, status.EpochCount, figures));
            if (ProgressText.Coverage(epoch, epoch.Step % plan.StepsPerEpoch == 0, expected, _oversampled, out string line)) output.Say(line);
            else output.Warn(line);
        }


        _epochsShown = Math.Max(_epochsShown, status.Epochs.Count);

        Curve.Add(status);
        output.Live(viewport => ProgressRegion.Lines(status, figures, Curve, viewport));
        if (status.State is not (JobState.Queued or JobState.Running)) output.EndLive(keep: true);
        else if (!output.IsLive) ReportLine(status, figures);
    }

    /// <summary>Time between two lines: a second at first, more in long runs, whose log is to stay readable.</summary>
    private TimeSpan Interval() => time.GetElapsedTime(_startedAt) switch
    {
        { TotalMinutes: < 1 } => TimeSpan.FromSeconds(1),
        { TotalHours: < 1 } => TimeSpan.FromSeconds(10),
        _ => TimeSpan.FromMinutes(1),
    };

    private void ReportLine(JobStatus status, JobFigures figures)
    {
        if (status.State != JobState.Running || status.Step == _stepShown || ProgressText.StepInEpoch(status) == 0) return;
        if (_stepShown >= 0 && time.GetElapsedTime(_lineAt) < Interval()) return;
        output.Say(ProgressText.Step(status, figures));
        _lineAt = time.GetTimestamp();
        _stepShown = status.Step;
    }
}
