using DistConv.Grains.Coordination;
using DistConv.Training.Records;
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
            _log.Add(JobEventKind.Warning, $"line {i}");
            _log.Add(JobEventKind.Warning, $"line {i}");
        }

        Assert.Equal(Enumerable.Range(2 * NoticeLog.Capacity, NoticeLog.Capacity).Select(i => $"line {i}"), _log.Lines);
    }

    [Fact]
    public void Lines_untilALineIsAdded_areTheSameObject()
    {
        _log.Add(JobEventKind.SiloJoined, "a silo joins");
        IReadOnlyList<string> before = _log.Lines;
        _log.Add(JobEventKind.SiloJoined, "a silo joins");
        Assert.Same(before, _log.Lines);

        _log.Add(JobEventKind.SiloJoined, "a silo was lost");

        Assert.Equal(["a silo joins"], before);
        Assert.Equal(["a silo joins", "a silo was lost"], _log.Lines);
    }

    [Fact]
    public void TryTake_eachLine_isTakenOnceInOrder()
    {
        _log.Add(JobEventKind.SiloJoined, "a silo joins");
        _log.Add(JobEventKind.SiloJoined, "a silo joins");
        _log.Add(JobEventKind.Hedge, "a silo is slow");

        Assert.True(_log.TryTake(out (JobEventKind, string) first));
        Assert.True(_log.TryTake(out (JobEventKind, string) second));
        Assert.False(_log.TryTake(out _));
        Assert.Equal([(JobEventKind.SiloJoined, "a silo joins"), (JobEventKind.Hedge, "a silo is slow")], [first, second]);
        Assert.Equal(2, _log.Lines.Count);
    }
}
