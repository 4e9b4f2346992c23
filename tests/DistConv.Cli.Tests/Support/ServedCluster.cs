using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>A list of silos and two <c>distconv serve</c> processes over one store, with a tiny data set.</summary>
public sealed class ServedCluster : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<ServedSilo> _silos = [];
    private ListServer? _list;

    /// <summary>What a job of the tiny data set and model needs, from the folder of the tests.</summary>
    internal static string[] Tiny { get; } = ["--data", "idx:data", "--model", "tiny.json", "--samples", "101", "--batch", "10", "--shards", "6"];

    /// <summary>Where clients run; the store of the silos is elsewhere.</summary>
    internal TemporaryFolder Folder => _folder;

    /// <summary>What <c>--cluster</c> takes.</summary>
    internal string Address => _list?.Url ?? throw new InvalidOperationException("the cluster has not been started");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (OperatingSystem.IsWindows()) return;
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
        _list = await ListServer.StartAsync(_folder["list"], Token);
        await Task.WhenAll(ServeAsync(), ServeAsync());
    }

    /// <summary>Ends a silo at once, and has another one take its place.</summary>
    internal async Task ReplaceAsync(int silo)
    {
        _silos[silo].Process.Kill();
        await ServeAsync();
    }

    /// <summary>Runs <c>distconv</c> with the cluster in its environment.</summary>
    internal async Task<ProcessResult> RunAsync(int exitCode, params string[] args)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        using DistConvProcess process = Start(args);
        ProcessResult result = await process.WaitAsync();
        Assert.True(result.ExitCode == exitCode, $"{string.Join(' ', args)}: {result}\n--- silos\n{string.Join('\n', _silos.SelectMany(silo => silo.Lines))}");
        return result;
    }

    /// <summary>Starts it.</summary>
    internal DistConvProcess Start(string[] args, Func<string, Task>? onErrorLine = null) =>
        DistConvProcess.Start(_folder.FullPath, new Dictionary<string, string> { ["DISTCONV_CLUSTER"] = Address }, args, onErrorLine);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (ServedSilo silo in _silos) silo.Dispose();
        if (_list is not null) await _list.DisposeAsync();
        _folder.Dispose();
    }

    private async Task ServeAsync()
    {
        ServedSilo silo = new(_folder.FullPath, null, "--cluster", Address, "--store", _folder["silos"], "--data-dir", _folder["data"]);
        lock (_silos) _silos.Add(silo);
        await silo.ReadyAsync();
    }
}
