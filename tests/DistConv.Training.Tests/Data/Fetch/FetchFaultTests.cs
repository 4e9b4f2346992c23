using DistConv.Core;
using DistConv.Training.Data.Fetch;
using Xunit;

namespace DistConv.Training.Tests.Data.Fetch;

/// <summary>Servers that fail in every way that was thought of: the file comes right, or not at all.</summary>
public sealed class FetchFaultTests : IDisposable
{
    private const int Cut = 100_000;

    private readonly FetchBench _bench = new();

    private static byte[] File => FetchBench.File;

    public static TheoryData<PinnedBytes> Pins { get; } = [PinnedBytes.AsServed, PinnedBytes.Unpacked];

    public void Dispose() => _bench.Dispose();

    [Theory]
    [MemberData(nameof(Pins))]
    public Task Fetch_honestServer_oneRequest(PinnedBytes pin) => SucceedsAsync(pin, request => Reply.Honest(File, request), (long?)null);

    [Theory]
    [MemberData(nameof(Pins))]
    public Task Fetch_noContentLength_takesTheEndOfTheConnection(PinnedBytes pin) =>
        SucceedsAsync(pin, request => Reply.Honest(File, request) with { Length = -1 }, (long?)null);

    [Theory]
    [MemberData(nameof(Pins))]
    public Task Fetch_truncated_resumes(PinnedBytes pin) => SucceedsAsync(pin, CutFirst, null, Cut);

    [Fact]
    public Task Fetch_truncatedTwice_resumesTwice() => SucceedsAsync(
        PinnedBytes.AsServed, request => Reply.Honest(File, request) with { SendOnly = request.Number < 2 ? Cut : int.MaxValue }, null, Cut, 2 * Cut);

    [Theory]
    [MemberData(nameof(Pins))]
    public Task Fetch_rangeIgnored_restarts(PinnedBytes pin) =>
        SucceedsAsync(pin, request => CutFirst(request with { From = null }), null, Cut);

    [Theory]
    [MemberData(nameof(Pins))]
    public Task Fetch_wrongContentRange_restarts(PinnedBytes pin) => SucceedsAsync(
        pin, request => request.Number == 1 ? Reply.Honest(File, request with { From = Cut - 7 }) : CutFirst(request), null, Cut, null);

    [Fact]
    public Task Fetch_noContentRange_restarts() => SucceedsAsync(
        PinnedBytes.AsServed, request => request.Number == 1 ? Reply.Honest(File, request) with { Headers = null } : CutFirst(request), null, Cut, null);

    [Theory]
    [MemberData(nameof(Pins))]
    public Task Fetch_rangeNotSatisfiable_restarts(PinnedBytes pin) =>
        SucceedsAsync(pin, request => request.Number == 1 ? new Reply { Status = 416 } : CutFirst(request), null, Cut, null);

    [Theory]
    [MemberData(nameof(Pins))]
    public Task Fetch_lengthTooLarge_takesTheRightBytes(PinnedBytes pin) =>
        SucceedsAsync(pin, request => Reply.Honest(File, request) with { Length = File.Length + 1000 }, (long?)null);

    [Fact]
    public Task Fetch_lengthTooSmall_asksForTheRest() => SucceedsAsync(
        PinnedBytes.AsServed, request => Reply.Honest(File, request) with { Length = request.Number == 0 ? Cut : null }, null, Cut);

    [Fact]
    public Task Fetch_moreThanTheFile_takesTheFile() => SucceedsAsync(PinnedBytes.AsServed, _ => new Reply { Body = [.. File, 1, 2, 3] }, (long?)null);

    [Fact]
    public async Task Fetch_redirected_follows()
    {
        await SucceedsAsync(
            PinnedBytes.AsServed, request => request.Path == "/a.gz" ? Reply.Redirect("/elsewhere/b") : Reply.Honest(File, request), null, null);
    }

    [Theory]
    [InlineData("wrong content", 0)]
    [InlineData("wrong content", -1)]
    [InlineData("sent something that is no .gz file", 1)]
    [InlineData("answered 404", 2)]
    [InlineData("answered 500", 3)]
    [InlineData("answered 503", 4)]
    [InlineData("closed the connection without an answer", 5)]
    [InlineData("redirects too often", 6)]
    [InlineData("ended after 100,000 of", 7)]
    [InlineData("broke off after 100,000 bytes", 8)]
    [InlineData("sent a part of it without being asked", 9)]
    public async Task Fetch_onlyBadMirrors_saysWhyAndLeavesNothingWrong(string reason, int fault)
    {
        using FaultyServer first = new(Answer), second = new(Answer);

        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FetchAsync(FetchBench.Set(PinnedBytes.AsServed, first, second)));

        Assert.StartsWith("data set 'set': a.gz could not be fetched (", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{first.Authority}: {reason}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{second.Authority}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains($"offline? put a.gz into '{Path.Combine(_bench.Cache, "set")}', or use 'digits'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(System.IO.File.Exists(_bench.Final));
        Assert.True(first.Requests.Length <= 6);
        Assert.Contains($"a.gz from {first.Authority}: {reason}", Assert.Single(_bench.Notes), StringComparison.Ordinal);

        Reply Answer(ServerRequest request) => fault switch
        {
            -1 => Reply.Honest([.. File[..^20], .. new byte[20]], request),
            0 => new Reply { Body = [.. FetchBench.OtherFile, .. new byte[1000]] },
            1 => new Reply { Body = "<html>Sign in to this network</html>"u8.ToArray() },
            2 => new Reply { Status = 404, Body = [1, 2, 3] },
            3 => new Reply { Status = 500 },
            4 => new Reply { Status = 503 },
            5 => new Reply { Silent = true },
            6 => Reply.Redirect(request.Path),
            7 => new Reply { Body = File[..Cut] },
            8 => new Reply { Body = File, SendOnly = Cut },
            _ => Reply.Honest(File, request with { From = 0 }),
        };
    }

    [Theory]
    [MemberData(nameof(Pins))]
    public async Task Fetch_wrongBytesThenAnHonestMirror_takesTheHonestOne(PinnedBytes pin)
    {
        using FaultyServer wrong = new(request => Reply.Honest(FetchBench.OtherFile, request)), honest = new(request => Reply.Honest(File, request));
        await SucceedsAsync(FetchBench.Set(pin, wrong, honest));
        Assert.Null(honest.Requests[0].From);
    }

    [Fact]
    public async Task Fetch_gzipWithoutItsLastBytes_isNotTaken()
    {
        using FaultyServer server = new(request => Reply.Honest(File[..^4], request));
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FetchAsync(FetchBench.Set(PinnedBytes.Unpacked, server)));
        Assert.Contains("damaged .gz file", error.Message, StringComparison.Ordinal);
        Assert.Empty(_bench.Names());
    }

    [Theory]
    [InlineData(PinnedBytes.AsServed, 404)]
    [InlineData(PinnedBytes.Unpacked, 503)]
    public async Task Fetch_mirrorDiesHalfway_theNextOneContinues(PinnedBytes pin, int status)
    {
        using FaultyServer dying = new(request => request.Number == 0 ? CutFirst(request) : new Reply { Status = status });
        using FaultyServer honest = new(request => Reply.Honest(File, request));
        await SucceedsAsync(FetchBench.Set(pin, dying, honest));
        Assert.Equal(Cut, Assert.Single(honest.Requests).From);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Cut)]
    public async Task Fetch_stalled_theNextMirrorContinues(int after)
    {
        using FaultyServer stalling = new(request => Reply.Honest(File, request) with { SendOnly = after, Stall = true });
        using FaultyServer honest = new(request => Reply.Honest(File, request));

        FetchResult result =
            await SucceedsAsync(FetchBench.Set(PinnedBytes.AsServed, stalling, honest), _bench.Options with { StallTimeout = TimeSpan.FromSeconds(1) });

        Assert.Equal(honest.Authority, Assert.Single(result.Fetched).Source!.Authority);
        Assert.Equal(after == 0 ? null : after, Assert.Single(honest.Requests).From);
        Assert.Contains("sent nothing for 1 s", Assert.Single(_bench.Notes), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_noServer_saysSo()
    {
        FaultyServer gone = new(request => Reply.Honest(File, request));
        RemoteSet set = FetchBench.Set(PinnedBytes.AsServed, gone);
        gone.Dispose();
        var error = await Assert.ThrowsAsync<InvalidInputException>(() => FetchAsync(set));
        Assert.Contains(": no connection)", error.Message, StringComparison.Ordinal);
    }

    private static Reply CutFirst(ServerRequest request) => Reply.Honest(File, request) with { SendOnly = request.Number == 0 ? Cut : int.MaxValue };

    /// <summary>The file comes right, by requests from these positions.</summary>
    private async Task SucceedsAsync(PinnedBytes pin, Func<ServerRequest, Reply> answer, params long?[] froms)
    {
        using FaultyServer server = new(answer);
        await SucceedsAsync(FetchBench.Set(pin, server));
        Assert.Equal(froms, server.Requests.Select(request => request.From));
    }

    private async Task<FetchResult> SucceedsAsync(RemoteSet set, FetchOptions? options = null)
    {
        FetchResult result = await FetchAsync(set, options);
        Assert.Equal(File, System.IO.File.ReadAllBytes(_bench.Final));
        Assert.Equal([FetchBench.Name], _bench.Names());
        Assert.Equal((FetchBench.Name, (long)File.Length), Assert.Single(result.Fetched.Select(file => (file.Name, file.Bytes))));
        return result;
    }

    private Task<FetchResult> FetchAsync(RemoteSet set, FetchOptions? options = null) =>
        new DatasetFetcher(set, _bench.Cache, options ?? _bench.Options).FetchAsync(TestContext.Current.CancellationToken);
}
