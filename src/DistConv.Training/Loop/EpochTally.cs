using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Training.Loop;

/// <summary>Sums over the epoch so far, with the proof of which samples it used.</summary>
internal sealed class EpochTally
{
    private CoverageProof _coverage = new();

    public long Samples { get; private set; }

    public double LossSum { get; private set; }

    public long Correct { get; private set; }

    public CoverageProof Coverage => _coverage;

    public double Loss => Samples == 0 ? 0 : LossSum / Samples;

    public double Accuracy => Samples == 0 ? 0 : (double)Correct / Samples;

    public void Add(StepTotals totals, CoverageProof coverage)
    {
        Samples += totals.Samples;
        LossSum += totals.LossSum;
        Correct += totals.Correct;
        _coverage.Merge(coverage);
    }

    public void Clear()
    {
        (Samples, LossSum, Correct) = (0, 0, 0);
        _coverage.Clear();
    }

    public RunningMetrics ToRunning() =>
        new(Samples, LossSum, Correct, CoverageState.Of(_coverage));

    public void Restore(RunningMetrics running)
    {
        (Samples, LossSum, Correct) = (running.Samples, running.LossSum, running.Correct);
        _coverage = running.Coverage.ToProof();
    }
}
