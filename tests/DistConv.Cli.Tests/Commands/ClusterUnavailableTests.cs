using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>A cluster that does not answer: one line and exit code 1, since the same command may work later.</summary>
public sealed class ClusterUnavailableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Jobs_noRedis_endsInOneLine()
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "list", "--cluster", "redis://127.0.0.1:1");
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.StartsWith("distconv: Redis at redis://127.0.0.1:1 does not answer", Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_noSilo_waitsAndEndsWithOneLineThatNamesServe()
    {
        await using ListServer list = await ListServer.StartAsync(_folder["list"], TestContext.Current.CancellationToken);
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, "train", "--steps", "1", "--cluster", list.Url, "--cluster-id", "blue");
        Assert.True(result.ExitCode == 1, result.ToString());
        Assert.Contains($"no silo answers in cluster 'blue' at {list.Url} yet; waiting", result.ErrorLines[0], StringComparison.Ordinal);
        Assert.Equal(
            $"distconv: no silo answers in cluster 'blue' at {list.Url}; start one on each machine by 'distconv serve' with the same cluster address "
                + $"(--cluster redis://HOST:PORT) and cluster id (--cluster-id ID), or show a certificate if its connections have TLS", result.ErrorLines[1]);
        Assert.Equal(2, result.ErrorLines.Length);
    }
}
