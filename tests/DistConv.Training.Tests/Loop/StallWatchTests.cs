using DistConv.Training.Loop;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>When an operation of a run has stalled. The watch looks four times a second.</summary>
public class StallWatchTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly ManualTime _time = new();
    private readonly StallWatch _watch;
    private bool _isComputing;
    private int _told;

    public StallWatchTests() => _watch = new StallWatch(_patience, () => _isComputing, () => _told++, _time);

    [Theory]
    [InlineData(1)]
    [InlineData(10)]
    [InlineData(11)]
    public void Look_operationThatDoesNotEndAndComputesNothing_hasStalledAfterThePatience(int operation)
    {
        for (int done = 1; done < operation; done++) Operate(seconds: 0.5);
        _watch.Begin();

        Assert.InRange(SecondsUntilStalled(limit: 60), 20, 21);
        Assert.True(_watch.Look());
        Assert.Equal(1, _told);
        _watch.End();
        Assert.False(_watch.Look());
    }

    [Fact]
    public void Look_firstOperationOfASlowMachine_mayComputeForMinutesAndThenWaitAsLongAsMakesSense()
    {
        _watch.Begin();
        _isComputing = true;
        Assert.Equal(double.PositiveInfinity, SecondsUntilStalled(limit: 100));
        _isComputing = false;

        Assert.InRange(SecondsUntilStalled(limit: 600), 299, 303);
    }

    [Fact]
    public void Look_firstOperationThatComputesWithoutEnd_hasStalledAfterTwentyMinutes()
    {
        _watch.Begin();
        _isComputing = true;

        Assert.InRange(SecondsUntilStalled(limit: 2_000), 1_200, 1_201);
    }

    [Fact]
    public void Look_laterOperation_isJudgedByTheLongestSoFar()
    {
        Operate(seconds: 3);
        for (int done = 1; done < 10; done++) Operate(seconds: 1);
        _watch.Begin();
        _isComputing = true;

        Assert.InRange(SecondsUntilStalled(limit: 600), 60, 61);
    }

    [Fact]
    public void Look_afterThisProcessWasStopped_countsItsLooksAndNotTheClock()
    {
        _watch.Begin();
        Assert.False(_watch.Look());
        for (int i = 0; i < 10; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(10));
            Assert.False(_watch.Look());
        }
    }

    private void Operate(double seconds)
    {
        _watch.Begin();
        Assert.Equal(double.PositiveInfinity, SecondsUntilStalled(seconds));
        _watch.End();
    }

    private double SecondsUntilStalled(double limit)
    {
        for (double seconds = 0; seconds < limit; seconds += 0.25)
        {
            if (_watch.Look()) return seconds;
            _time.Advance(TimeSpan.FromSeconds(0.25));
        }

        return double.PositiveInfinity;
    }
}
