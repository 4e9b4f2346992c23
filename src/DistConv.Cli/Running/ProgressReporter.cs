using DistConv.Cli.Output;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Cli.Running;

/// <summary>Shows a running job: a line a second, or one live line in a terminal, and lines after each epoch.</summary>
internal sealed class ProgressReporter(IConsoleOutput output, TimeProvider time, int samples)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CoverageProof _expected = CoverageProof.Expected(samples);
    private int? _epochsShown;
    private long _lineAt;
    private long _stepShown = -1;

    /// <summary>Leaves out what a resumed job had done before.</summary>
    public void SkipEpochs(int epochs) => _epochsShown = epochs;

    /// <summary>Shows what is new in a status.</summary>
    public void Report(JobStatus status)
    {
        foreach (EpochMetrics epoch in status.Epochs.Where(epoch => epoch.Epoch > (_epochsShown ?? 0)))
        {
            ShowEpoch(epoch, status.EpochCount);
            _epochsShown = epoch.Epoch;
        }

        if (status.State != JobState.Running || status.Step == _stepShown) return;
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
        if (ProgressText.Coverage(epoch, _expected, out string line)) output.Say(line);
        else output.Warn(line);
    }
}
