using System.Diagnostics;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using DistConv.Training.Tests.Data.Fetch;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>distconv data fetch</c> as a process. Sums are pinned, so only the real MNIST can succeed: those tests run where it is there.</summary>
public sealed class DataFetchTests : IDisposable
{
    private static readonly string[] Names =
        ["t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz", "train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"];
    private static string RealFolder => RealMnist.Folder();

    /// <summary>A gzip file of nothing, and what could be the start of a long one.</summary>
    private static readonly byte[] WrongGzip = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        LongGzip = [.. WrongGzip[..10], .. new byte[50_000]];

    private readonly TemporaryFolder _folder = new();

    private string MnistFolder => Path.Combine(_folder["cache"], "mnist");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("truncated", "broke off after 40,000 bytes")]
    [InlineData("stalled", "sent nothing for 2 s")]
    [InlineData("stalled at once", "sent nothing for 2 s")]
    [InlineData("redirect loop", "redirects too often")]
    [InlineData("length too large", "broke off after")]
    [InlineData("length too small", "damaged .gz file")]
    [InlineData("wrong bytes", "wrong content")]
    [InlineData("no gzip", "no .gz file")]
    [InlineData("404", "answered 404")]
    [InlineData("500", "answered 500")]
    [InlineData("503", "answered 503")]
    [InlineData("416", "answered 416")]
    [InlineData("silent", "without an answer")]
    public async Task Fetch_faultyServer_oneLineAndNoWrongFile(string fault, string reason)
    {
        using FaultyServer server = new(request => fault switch
        {
            "truncated" => new Reply { Body = LongGzip, SendOnly = 40_000 },
            "stalled" => new Reply { Body = LongGzip, SendOnly = 40_000, Stall = true },
            "stalled at once" => new Reply { Body = LongGzip, SendOnly = 0, Stall = true },
            "redirect loop" => Reply.Redirect(request.Path),
            "length too large" => new Reply { Body = LongGzip, Length = 100_000 },
            "length too small" => new Reply { Body = LongGzip, Length = 1_000 },
            "wrong bytes" => new Reply { Body = WrongGzip },
            "no gzip" => new Reply { Body = "<html></html>"u8.ToArray() },
            "silent" => new Reply { Silent = true },
            _ => new Reply { Status = int.Parse(fault) },
        });

        bool waitsForIt = fault is "stalled" or "stalled at once" or "silent"; // The others must not depend on how busy the machine is.
        ProcessResult result = await RunAsync(server, "data", "fetch", "mnist", "--quiet", "--timeout", waitsForIt ? "2" : "600");

        Assert.True(result.ExitCode == 2, result.ToString());
        string line = Assert.Single(result.ErrorLines);
        Assert.StartsWith("distconv: data set 'mnist': train-images-idx3-ubyte.gz could not be fetched (", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Contains($"into '{MnistFolder}', or use 'digits'", line, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.All(Directory.GetFiles(MnistFolder), file =>
            Assert.True(file.EndsWith(".part", StringComparison.Ordinal) || file.EndsWith(".lock", StringComparison.Ordinal), file));
    }

    [Theory]
    [InlineData("data fetch mnist")]
    [InlineData("data show mnist")]
    [InlineData("train --data mnist --steps 1")]
    [InlineData("train --data cifar10 --steps 1 --model tiny.json")]
    public async Task Offline_nothingHere_saysSoAtOnceAndWritesNothing(string command)
    {
        _folder.Write("tiny.json", TinyData.Model);
        string[] before = _folder.Listing();
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, command.Split(' '));
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("downloads are forbidden (--offline or DISTCONV_OFFLINE)", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }

    [Theory]
    [InlineData("data fetch digits", "'digits' is drawn and needs no fetching; what can be fetched: mnist, fashion-mnist, cifar10")]
    [InlineData("data fetch fashion", "no data set 'fashion' to fetch; the choices are mnist, fashion-mnist, cifar10")]
    [InlineData("data fetch mnist --timeout 0", "--timeout is '0'; give a number above 0, at most 3600")]
    public async Task Fetch_wrongUse_saysWhatWouldBeRight(string command, string part)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, command.Split(' '));
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains(part, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_mirrorThatIsNoUrl_saysSo()
    {
        using DistConvProcess process = Start("ftp://mirror/", ["data", "fetch", "mnist"]);
        ProcessResult result = await process.WaitAsync();
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.Contains("DISTCONV_MIRROR names 'ftp://mirror/'", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fetch_cacheCannotBeMade_saysSo()
    {
        using FaultyServer server = new(_ => new Reply { Status = 404 });
        ProcessResult result = await RunAsync(server, "data", "fetch", "mnist", "--quiet", "--cache", Path.Combine(_folder.Write("file", ""), "cache"));
        Assert.True(result.ExitCode == 2, result.ToString());
        Assert.StartsWith("distconv: cannot write '", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Fetch_everyAnswerCutShort_resumesToTheRightFilesAndThenAsksNobody()
    {
        using FaultyServer server = RealServer(request => Reply.Honest(Real(request), request) with { SendOnly = request.Number == 0 ? 3_000 : int.MaxValue });

        ProcessResult result = await RunAsync(server, "data", "fetch", "mnist", "--json");

        Assert.True(result.ExitCode == 0, result.ToString());
        JsonElement json = JsonDocument.Parse(result.OutputLines[^1]).RootElement;
        Assert.Equal((MnistFolder, 4, 4),
            (json.GetProperty("directory").GetString(), json.GetProperty("files").GetArrayLength(), json.GetProperty("fetched").GetArrayLength()));
        AssertRealFiles();
        Assert.Equal(8, server.Requests.Length);
        ProcessResult again = await RunAsync(server, "data", "fetch", "mnist");
        Assert.Contains("all here already", again.Output, StringComparison.Ordinal);
        Assert.Contains("  distconv train --data mnist", again.Output, StringComparison.Ordinal);
        ProcessResult list = await DistConvProcess.RunAsync(_folder.FullPath, "data", "list");
        Assert.Contains($"yes, {MnistFolder}", list.Output, StringComparison.Ordinal);
        Assert.Equal(8, server.Requests.Length);
    }

    [Fact]
    public async Task Fetch_twoProcessesAtOnce_leaveOneGoodSet()
    {
        // The first answer comes when the other process says that it waits.
        TaskCompletionSource waits = new();
        using FaultyServer server = RealServer(async request =>
        {
            await waits.Task;
            return Reply.Honest(Real(request), request);
        });
        Task OnLine(string line)
        {
            if (line.Contains("waiting for another process", StringComparison.Ordinal)) waits.TrySetResult();
            return Task.CompletedTask;
        }

        using DistConvProcess first = Start(server.Url.AbsoluteUri, ["data", "fetch", "mnist"], OnLine),
            second = Start(server.Url.AbsoluteUri, ["data", "fetch", "mnist"], OnLine);
        ProcessResult[] results = await Task.WhenAll(first.WaitAsync(), second.WaitAsync());

        Assert.All(results, result => Assert.True(result.ExitCode == 0, result.ToString()));
        Assert.Equal(4, server.Requests.Length);
        AssertRealFiles();
    }

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("KILL", 137)]
    public async Task Fetch_stoppedHalfway_theNextOneGoesOn(string signal, int exitCode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send");
        const int cut = 1_000_000;
        DistConvProcess? process = null;
        using FaultyServer server = RealServer(async request =>
        {
            if (request.Number == 0) return Reply.Honest(Real(request), request) with { SendOnly = cut };
            using Process kill = Process.Start("kill", [$"-{signal}", $"{process!.Id}"]); // What came before is written: the client asks for what follows it.
            await kill.WaitForExitAsync();
            return Reply.Honest(Real(request), request) with { SendOnly = 0, Stall = true };
        });
        using (process = Start(server.Url.AbsoluteUri, ["data", "fetch", "mnist"]))
        {
            ProcessResult stopped = await process.WaitAsync();
            Assert.True(stopped.ExitCode == exitCode, stopped.ToString());
            Assert.Equal(cut, new FileInfo(Path.Combine(MnistFolder, Names[2] + ".part")).Length);
        }

        using FaultyServer honest = RealServer(request => Reply.Honest(Real(request), request));
        ProcessResult result = await RunAsync(honest, "data", "fetch", "mnist");

        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Equal(cut, honest.Requests[0].From);
        AssertRealFiles();
    }

    [Fact]
    public async Task Train_mnistNotHere_isFetchedAndSaid()
    {
        using FaultyServer server = RealServer(request => Reply.Honest(Real(request), request));
        ProcessResult result = await RunAsync(server, "data", "show", "mnist", "--data-dir", "nowhere");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("mnist is not in nowhere (no such folder)", result.Errors, StringComparison.Ordinal);
        Assert.Contains($"fetching mnist (11.6 MB) from {server.Authority} to {MnistFolder}", result.Errors, StringComparison.Ordinal);
        AssertRealFiles();
    }

    [Fact]
    public async Task Show_cifar10FromAFolder_showsColours()
    {
        Directory.CreateDirectory(_folder["data"]);
        foreach (string name in (string[])["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"])
            File.WriteAllBytes(
                _folder[Path.Combine("data", name + ".bin")], [.. Enumerable.Range(0, 5 * 3073).Select(i => (byte)(i % 3073 == 0 ? i / 3073 : i))]);
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, "data", "show", "cifar10", "--data-dir", "data");
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Contains("cifar10: images (32, 32, 3), 10 classes", result.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["cifar10.png"]));
    }

    private static FaultyServer RealServer(Func<ServerRequest, Reply> answer) => RealServer(request => Task.FromResult(answer(request)));

    private static FaultyServer RealServer(Func<ServerRequest, Task<Reply>> answer)
    {
        _ = RealFolder; // Skips the test where it is not: no other files have its sums.
        return new FaultyServer(answer);
    }

    private static byte[] Real(ServerRequest request) => File.ReadAllBytes(Path.Combine(RealFolder, Path.GetFileName(request.Path)));

    private void AssertRealFiles()
    {
        Assert.Equal(Names, Directory.GetFiles(MnistFolder).Select(Path.GetFileName).Where(name => name != ".lock").Order(StringComparer.Ordinal));
        Assert.All(Names, name => Assert.Equal(File.ReadAllBytes(Path.Combine(RealFolder, name)), File.ReadAllBytes(Path.Combine(MnistFolder, name))));
    }

    private async Task<ProcessResult> RunAsync(FaultyServer server, params string[] args)
    {
        using DistConvProcess process = Start(server.Url.AbsoluteUri, args);
        return await process.WaitAsync();
    }

    private DistConvProcess Start(string mirror, string[] args, Func<string, Task>? onErrorLine = null) =>
        DistConvProcess.Start(_folder.FullPath, new Dictionary<string, string> { ["DISTCONV_OFFLINE"] = "0", ["DISTCONV_MIRROR"] = mirror }, args, onErrorLine);
}
