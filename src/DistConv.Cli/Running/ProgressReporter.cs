using DistConv.Cli.Output;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Cli.Running;

/// <summary>Shows a running job: a line a second, or one live line in a terminal, and lines after each epoch.</summary>
internal sealed class ProgressReporter(IConsoleOutput output, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _warned = [];
    private ShardPlan? _plan;
    private CoverageProof? _expected;
    private int _epochsShown;
    private long _lineAt;
    private long _stepShown = -1;

    /// <summary>Shows each warning once.</summary>
    public void Warn(IEnumerable<string> warnings)
    {
        foreach (string warning in warnings.Where(_warned.Add)) output.Warn(warning);
    }

    /// <summary>Tells what is coming.</summary>
    /// <param name="plan">The job's division into epochs.</param>
    /// <param name="epochsShown">Epochs that a resumed job had ended before.</param>
    public void Begin(ShardPlan plan, int epochsShown)
    {
        _plan = plan;
        _expected = CoverageProof.Expected(plan.Samples);
        _epochsShown = epochsShown;
    }

    /// <summary>Shows what is new in a status.</summary>
    public void Report(JobStatus status)
    {
        Warn(status.Warnings);
        foreach (EpochMetrics epoch in status.Epochs.Skip(_epochsShown)) ShowEpoch(epoch, status.EpochCount);
        _epochsShown = Math.Max(_epochsShown, status.Epochs.Count);

        if (status.State != JobState.Running || status.Step == _stepShown || ProgressText.StepInEpoch(status) == 0) return;
        if (output.IsLive)
        {
            output.Live(ProgressText.Step(status));
        }
        else if (_stepShown < 0 || time.GetElapsedTime(_lineAt) >= Interval)
        {
            output.Say(ProgressText.Step(status));
            _lineAt = time.GetTimestamp();
        }
        else
        {
            return;
        }

        _stepShown = status.Step;
    }

    private void ShowEpoch(EpochMetrics epoch, int epochCount)
    {
        output.Say(ProgressText.Epoch(epoch, epochCount));
        if (_plan is null || _expected is null) throw new InvalidOperationException("an epoch ended before the job began");
        bool complete = epoch.Step % _plan.StepsPerEpoch == 0;
        if (ProgressText.Coverage(epoch, complete, _expected, out string line)) output.Say(line);
        else output.Warn(line);
    }
}
