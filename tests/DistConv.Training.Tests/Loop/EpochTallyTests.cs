using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Training.Tests.Loop;

public class EpochTallyTests
{
    [Fact]
    public void Add_twoSteps_sumsAndMeans()
    {
        var tally = new EpochTally();
        Assert.Equal((0, 0), (tally.Loss, tally.Accuracy));

        tally.Add(new StepTotals(30, 15, 6), Proof(0, 30));
        tally.Add(new StepTotals(10, 25, 4), Proof(30, 40));

        Assert.Equal((40, 40d, 10), (tally.Samples, tally.LossSum, tally.Correct));
        Assert.Equal((1, 0.25), (tally.Loss, tally.Accuracy));
        Assert.Equal(CoverageProof.Expected(40), tally.Coverage);
    }

    [Fact]
    public void Restore_inMidEpoch_goesOnAsIfNothingHadHappened()
    {
        EpochTally straight = new(), first = new(), resumed = new();
        straight.Add(new StepTotals(30, 0.1, 6), Proof(0, 30));
        first.Add(new StepTotals(30, 0.1, 6), Proof(0, 30));

        resumed.Add(new StepTotals(1, 1, 1), Proof(5, 6));
        resumed.Restore(first.ToRunning());
        straight.Add(new StepTotals(10, 0.2, 4), Proof(30, 40));
        resumed.Add(new StepTotals(10, 0.2, 4), Proof(30, 40));

        Assert.Equal(straight.ToRunning(), resumed.ToRunning());
        Assert.Equal(CoverageProof.Expected(40), resumed.Coverage);
    }

    [Fact]
    public void Clear_afterAnEpoch_startsOver()
    {
        var tally = new EpochTally();
        tally.Add(new StepTotals(30, 15, 6), Proof(0, 30));

        tally.Clear();

        Assert.Equal(default, tally.ToRunning());
    }

    private static CoverageProof Proof(int first, int end)
    {
        var proof = new CoverageProof();
        for (int sample = first; sample < end; sample++) proof.Add(sample);
        return proof;
    }
}
