using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Why a silo does not participate, and whether it may soon.</summary>
public sealed class SiloRefusalTests : IDisposable
{
    private readonly TinyJob _job = new();
    private readonly WorkerGroup _group;

    public SiloRefusalTests()
    {
        FakeWorkers workers = new();
        _group = new WorkerGroup(_job.Folder, workers, workers.Silos[0], workers, TimeProvider.System) { Fence = 3, StoreId = "store" };
    }

    public void Dispose() => _job.Dispose();

    /// <summary>Only what does not fit is left alone for half a minute.</summary>
    [Fact]
    public void TellRefusal_busySilo_isOnlyNotReady()
    {
        Assert.False(_group.TellRefusal("a", new BusyException("it still reads the data")));
        Assert.False(_group.TellRefusal("b", new TimeoutException("no answer")));
        Assert.True(_group.TellRefusal("c", new InvalidInputException("its data differ")));

        List<string> lines = [];
        while (_group.TryTakeNotice(out (Training.Records.JobEventKind Kind, string Line) notice)) lines.Add(notice.Line);
        Assert.Equal(
            [
                "silo a cannot join yet: it still reads the data", "silo b cannot join yet: TimeoutException: no answer",
                "silo c cannot participate: its data differ",
            ],
            lines);
    }
}
