using DistConv.Core;
using DistConv.Training.Data.Fetch;
using Xunit;

namespace DistConv.Training.Tests.Data.Fetch;

/// <summary>What is in the cache before and after.</summary>
public sealed class DatasetFetcherTests : IDisposable
{
    private readonly FetchBench _bench = new();
    private readonly FaultyServer _honest = new(request => Reply.Honest(FetchBench.File, request));

    private static byte[] File => FetchBench.File;

    public void Dispose()
    {
        _honest.Dispose();
        _bench.Dispose();
    }

    [Theory]
    [InlineData(PinnedBytes.AsServed)]
    [InlineData(PinnedBytes.Unpacked)]
    public async Task Fetch_partOfSomethingElse_isFetchedFromTheStart(PinnedBytes pin)
    {
        _bench.WritePart(FetchBench.OtherFile[..5000]);
        await FetchAsync(FetchBench.Set(pin, _honest));
        Assert.Equal([5000, null], _honest.Requests.Select(request => request.From));
        Assert.Equal(File, System.IO.File.ReadAllBytes(_bench.Final));
    }

    [Theory]
    [InlineData(PinnedBytes.AsServed)]
    [InlineData(PinnedBytes.Unpacked)]
    public async Task Fetch_wholePart_needsNoServer(PinnedBytes pin)
    {
        _bench.WritePart(File);
        FetchResult result = await FetchAsync(FetchBench.Set(pin));
        Assert.Null(Assert.Single(result.Fetched).Source);
        Assert.Equal([FetchBench.Name], _bench.Names());
    }

    [Fact]
    public async Task Fetch_partLargerThanTheFile_isDiscarded()
    {
        _bench.WritePart([.. File, 0]);
        await FetchAsync(FetchBench.Set(PinnedBytes.AsServed, _honest));
        Assert.Null(Assert.Single(_honest.Requests).From);
    }

    [Fact]
    public async Task Fetch_present_asksNobody()
    {
        RemoteSet set = FetchBench.Set(PinnedBytes.Unpacked, _honest);
        await FetchAsync(set);
        Assert.Empty((await FetchAsync(set)).Fetched);
        Assert.Empty((await FetchAsync(set, _bench.Options with { VerifyPresent = true })).Fetched);
        Assert.Single(_honest.Requests);
    }

    [Theory]
    [InlineData(PinnedBytes.AsServed)]
    [InlineData(PinnedBytes.Unpacked)]
    public async Task Fetch_presentButDamaged_isNoticedAndFetchedAgain(PinnedBytes pin)
    {
        RemoteSet set = FetchBench.Set(pin, _honest);
        await FetchAsync(set);
        byte[] damaged = [.. File];
        damaged[5000] ^= 1;
        System.IO.File.WriteAllBytes(_bench.Final, damaged);

        FetchResult result = await FetchAsync(set, _bench.Options with { VerifyPresent = true });

        Assert.Single(result.Fetched);
        Assert.Equal(File, System.IO.File.ReadAllBytes(_bench.Final));
        Assert.Contains("it is fetched again", Assert.Single(_bench.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_stopped_keepsThePartAndGoesOnLater()
    {
        const int cut = 70_000;
        using FaultyServer stalling = new(request => Reply.Honest(File, request) with { SendOnly = cut, Stall = true });
        using CancellationTokenSource stop = new();
        FetchOptions options = _bench.Options with { Progress = progress => { if (progress.Received == cut) stop.Cancel(); } };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new DatasetFetcher(FetchBench.Set(PinnedBytes.AsServed, stalling), _bench.Cache, options).FetchAsync(stop.Token));

        Assert.Equal(File[..cut], System.IO.File.ReadAllBytes(_bench.Part));
        Assert.False(System.IO.File.Exists(_bench.Final));
        await FetchAsync(FetchBench.Set(PinnedBytes.AsServed, _honest));
        Assert.Equal(cut, Assert.Single(_honest.Requests).From);
        Assert.Equal(File, System.IO.File.ReadAllBytes(_bench.Final));
    }

    [Fact]
    public async Task Fetch_twoAtOnce_oneFetchesAndBothHaveIt()
    {
        TaskCompletionSource asked = new(), waits = new();
        using FaultyServer slow = new(async request =>
        {
            asked.SetResult();
            await waits.Task;
            return Reply.Honest(File, request);
        });
        RemoteSet set = FetchBench.Set(PinnedBytes.AsServed, slow);

        Task<FetchResult> first = FetchAsync(set);
        await asked.Task;
        FetchResult second = await FetchAsync(set, _bench.Options with { Note = _ => waits.SetResult() });

        Assert.Empty(second.Fetched);
        Assert.Single((await first).Fetched);
        Assert.Single(slow.Requests);
        Assert.Equal([FetchBench.Name], _bench.Names());
    }

    [Fact]
    public async Task Fetch_lockOfADeadProcess_doesNotBlock()
    {
        _bench.WritePart([]);
        await System.IO.File.WriteAllTextAsync(Path.Combine(_bench.Cache, "set", ".lock"), "", TestContext.Current.CancellationToken);
        await FetchAsync(FetchBench.Set(PinnedBytes.AsServed, _honest));
        Assert.Empty(_bench.Notes);
    }

    [Fact]
    public async Task Fetch_cacheCannotBeWritten_saysSoAndNamesTheRemedy()
    {
        await System.IO.File.WriteAllTextAsync(_bench.Cache, "a file, no folder", TestContext.Current.CancellationToken);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FetchAsync(FetchBench.Set(PinnedBytes.AsServed, _honest)));
        Assert.StartsWith($"cannot write '{Path.Combine(_bench.Cache, "set")}': ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("set the cache directory (DISTCONV_CACHE) to another folder", error.Message, StringComparison.Ordinal);
        Assert.Empty(_honest.Requests);
    }

    [Fact]
    public async Task Fetch_partCannotBeWritten_saysSo()
    {
        Directory.CreateDirectory(_bench.Part);
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FetchAsync(FetchBench.Set(PinnedBytes.AsServed, _honest)));
        Assert.StartsWith($"cannot write '{_bench.Part}': ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_otherMirrors_replaceThePublicOnes()
    {
        using FaultyServer own = new(request => Reply.Honest(File, request));
        await FetchAsync(FetchBench.Set(PinnedBytes.AsServed, _honest), _bench.Options with { Mirrors = [new Uri(own.Url, "data")] });
        Assert.Empty(_honest.Requests);
        Assert.Equal("/data/set/a.gz", Assert.Single(own.Requests).Path);
    }

    [Fact]
    public async Task Fetch_severalFiles_asksTheMirrorThatServedFirst()
    {
        using FaultyServer lacking = new(_ => new Reply { Status = 404 });
        RemoteSet one = FetchBench.Set(PinnedBytes.AsServed, lacking, _honest);
        await FetchAsync(one with { Files = [one.Files[0], one.Files[0] with { Name = "b.gz" }] });
        Assert.Single(lacking.Requests);
        Assert.Equal(["a.gz", "b.gz"], _bench.Names());
    }

    private Task<FetchResult> FetchAsync(RemoteSet set, FetchOptions? options = null) =>
        new DatasetFetcher(set, _bench.Cache, options ?? _bench.Options).FetchAsync(TestContext.Current.CancellationToken);
}
