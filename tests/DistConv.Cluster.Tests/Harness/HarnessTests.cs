using DistConv.Chaos.Faults;
using DistConv.Chaos.Harness;
using Xunit;

namespace DistConv.Cluster.Tests.Harness;

/// <summary>The parts of the chaos program that need no process.</summary>
public sealed class HarnessTests
{
    [Fact]
    public void Draw_sameSeed_givesTheSameFaults()
    {
        Fault[] first = [.. FaultSchedule.Draw(7).Take(200)];
        Assert.Equal(first, FaultSchedule.Draw(7).Take(200));
        Assert.NotEqual(first, FaultSchedule.Draw(8).Take(200));
        Assert.Equal(Enum.GetValues<FaultKind>(), FaultSchedule.Draw(7).Take(1000).Select(fault => fault.Kind).Distinct().Order());
    }

    [Fact]
    public void Of_durations_givesMedianNinthTenthAndLongest()
    {
        Assert.Equal(new Distribution(10, 5.5, 9, 10), Distribution.Of([10, 9, 8, 7, 6, 5, 4, 3, 2, 1]));
        Assert.Equal(new Distribution(1, 3, 3, 3), Distribution.Of([3]));
        Assert.Equal(new Distribution(3, 2, 3, 3), Distribution.Of([1, 3, 2]));
    }
}
