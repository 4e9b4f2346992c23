using DistConv.Cli.Tests.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(DistConv.Dashboard.Browser.Tests.Support.StoredJobs))]

namespace DistConv.Dashboard.Browser.Tests.Support;

/// <summary>A store with the jobs "a" and "b" of two epochs, which have different seeds, and <c>distconv dashboard --store</c> over it.</summary>
public sealed class StoredJobs : IAsyncLifetime
{
    private DistConvProcess? _process;
    private Uri? _link;

    /// <summary>The folder of the tests; the store is "jobs" in it.</summary>
    internal TemporaryFolder Folder { get; } = new();

    /// <summary>What the dashboard printed. Without a browser there is none, and the test is skipped.</summary>
    internal Uri Link
    {
        get
        {
            Chromium.EnsureInstalled();
            return _link ?? throw new InvalidOperationException("the dashboard has not been started");
        }
    }

    /// <inheritdoc/>
    public async ValueTask InitializeAsync()
    {
        if (!Chromium.IsInstalled) return; // Every test is skipped.
        await Task.WhenAll(TrainAsync("a"), TrainAsync("b", "--seed", "2"));
        (_process, _link) = await Digits.ServeAsync(Folder, "dashboard", "--store", "jobs", "--port", "0", "--threads", "1");
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _process?.Dispose();
        Folder.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<string[]> TrainAsync(string job, params string[] more) =>
        Digits.RunAsync(Folder, Digits.Arguments(Folder, job, ["--epochs", "2", "--quiet", .. more]));
}
