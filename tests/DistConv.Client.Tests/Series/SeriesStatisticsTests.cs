using DistConv.Client.Series;
using Xunit;

namespace DistConv.Client.Tests.Series;

public sealed class SeriesStatisticsTests
{
    [Fact]
    public void Of_values_isMeanAndStandardDeviationOfASample()
    {
        SeriesStatistics found = SeriesStatistics.Of([2, 4, 4, 4, 5, 5, 7, 9])!;
        Assert.Equal((8, 5.0), (found.Count, found.Mean));
        Assert.Equal(Math.Sqrt(32.0 / 7), found.StandardDeviation!.Value, 15);
    }

    [Fact]
    public void Of_oneValue_hasNoStandardDeviation() => Assert.Equal(new SeriesStatistics(1, 3.5, null), SeriesStatistics.Of([3.5]));

    [Fact]
    public void Of_noValue_isNothing() => Assert.Null(SeriesStatistics.Of([]));
}
