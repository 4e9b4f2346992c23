using DistConv.Grains.Coordination;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class NoticeLogTests
{
    private readonly NoticeLog _log = new();

    [Fact]
    public void Add_linesWithoutEnd_keepsTheNewestOnceEach()
    {
        for (int i = 0; i < 3 * NoticeLog.Capacity; i++)
        {
            _log.Add($"line {i}");
            _log.Add($"line {i}");
        }

        Assert.Equal(Enumerable.Range(2 * NoticeLog.Capacity, NoticeLog.Capacity).Select(i => $"line {i}"), _log.Lines);
    }

    [Fact]
    public void Lines_untilALineIsAdded_areTheSameObject()
    {
        _log.Add("a silo joins");
        IReadOnlyList<string> before = _log.Lines;
        _log.Add("a silo joins");
        Assert.Same(before, _log.Lines);

        _log.Add("a silo was lost");

        Assert.Equal(["a silo joins"], before);
        Assert.Equal(["a silo joins", "a silo was lost"], _log.Lines);
    }
}
