using DistConv.Training.Metrics;
using Xunit;

namespace DistConv.Training.Tests.Loop;

public class StepClockTests
{
    [Fact]
    public void New_beforeTheFirstStep_isZero()
    {
        var clock = new StepClock();

        Assert.Equal((0, 0, 0), (clock.SamplesPerSecond, clock.Percentile(0.5), clock.ExchangedBytes));
        Assert.Equal(default, clock.MeanTiming);
    }

    [Fact]
    public void SamplesPerSecond_afterTheWarmUp_forgetsIt()
    {
        var clock = new StepClock();
        for (int step = 0; step < StepClock.WarmUpSteps; step++) clock.Add(100, 1000, default);
        Assert.Equal(100, clock.SamplesPerSecond);

        for (int step = 0; step < 4; step++) clock.Add(100, 10, default);

        Assert.Equal(10_000, clock.SamplesPerSecond);
    }

    [Fact]
    public void MeanTiming_twoSteps_meansOfPhasesAndTotalOfBytes()
    {
        var clock = new StepClock();
        clock.Add(1, 10, new StepTiming(4, 1, 2, 3, 100));
        clock.Add(1, 10, new StepTiming(6, 3, 4, 5, 50));

        Assert.Equal(new StepTiming(5, 2, 3, 4, 150), clock.MeanTiming);
        Assert.Equal(150, clock.ExchangedBytes);
    }

    [Fact]
    public void Percentile_ofAHundredAndOneSteps_isExact()
    {
        var clock = new StepClock();
        for (int step = 0; step <= 100; step++) clock.Add(1, (step * 37) % 101, default);

        Assert.Equal((0, 50, 99, 100), (clock.Percentile(0), clock.Percentile(0.5), clock.Percentile(0.99), clock.Percentile(1)));
    }

    [Fact]
    public void Percentile_afterManySteps_coversTheLast4096()
    {
        var clock = new StepClock();
        clock.Add(1, 1e6, default);
        for (int step = 0; step < 4096; step++) clock.Add(1, 2, default);

        Assert.Equal(2, clock.Percentile(1));
    }
}
