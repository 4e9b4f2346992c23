using DistConv.Dashboard.Api;
using DistConv.Dashboard.Machines;
using Xunit;

namespace DistConv.Dashboard.Tests;

public sealed class LostLanesTests
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SetTime _time = new();
    private readonly LostLanes _lanes;

    public LostLanesTests() => _lanes = new LostLanes(_time);

    [Fact]
    public void With_siloThatLeftBeforeItsLossWasRecorded_hasItsLanesOnceItIs()
    {
        _lanes.With("m", [Lane("a", 0), Lane("b", 1)], []);
        Assert.Equal([Lane("a", 0), Lane("a", 1)], _lanes.With("m", [Lane("a", 0), Lane("a", 1)], []));
        _lanes.Trim();
        Assert.Equal([Lane("a", 0), Lane("a", 1), Lane("b", 1)], _lanes.With("m", [Lane("a", 0), Lane("a", 1)], [Lost("b")]));
    }

    [Fact]
    public void With_siloThatCameBack_hasNoLanesOfThePast()
    {
        _lanes.With("m", [Lane("a", 0), Lane("b", 1)], []);
        Assert.Equal([Lane("a", 0), Lane("b", 2)], _lanes.With("m", [Lane("a", 0), Lane("b", 2)], [Lost("b")]));
    }

    [Fact]
    public void With_afterTheNewsAreOld_forgetsTheLanes()
    {
        _lanes.With("m", [Lane("b", 1)], []);
        _time.Now += SiloNews.Shown;
        Assert.Equal([Lane("a", 1)], _lanes.With("m", [Lane("a", 1)], [Lost("b")]));
    }

    [Fact]
    public void Trim_jobUnseenForLong_forgetsIt()
    {
        _lanes.With("m", [Lane("b", 1)], []);
        _time.Now += SiloNews.Shown;
        _lanes.Trim();
        _time.Now -= SiloNews.Shown;
        Assert.Empty(_lanes.With("m", [], [Lost("b")]));
    }

    private static Lane Lane(string silo, int shard) => new(silo, shard, []);

    private static SiloNews Lost(string silo) => new(silo, 1, true, "lost", _start);

    private sealed class SetTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = _start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
