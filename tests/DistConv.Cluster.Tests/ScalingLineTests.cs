using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cluster.Tests;

/// <summary>After some steps, <c>train</c> says what more silos would bring.</summary>
public sealed class ScalingLineTests : IDisposable
{
    private static readonly string[] _endless = ["train", .. ClusterRun.Tiny, "--steps", "1000000", "--snapshot-every", "1000000"];

    private readonly TemporaryFolder _folder = new();

    public ScalingLineTests()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        ClusterRun.WriteTiny(_folder);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Seven shards: four silos at most, by powers of two.</summary>
    [Theory]
    [InlineData(1, "a step takes ", ": 2 silos about ", " times one, 4 silos about ")]
    [InlineData(3, "the exchange takes ", ": 4 silos about ", " times one (an estimate)")]
    public async Task Train_afterSomeSteps_saysOnceWhatMoreSilosWouldBring(int silos, params string[] parts)
    {
        string[] train = [.. _endless, "--silos", $"{silos}"];
        using DistConvProcess process = new ClusterRun(_folder).Start(train, async (cli, line) =>
        {
            if (!line.Contains("times one", StringComparison.Ordinal)) return false;
            await ClusterRun.SignalAsync("INT", cli.Id);
            return true;
        });
        ProcessResult result = await process.WaitAsync();

        Assert.True(result.ExitCode == 130, result.ToString());
        string said = Assert.Single(result.ErrorLines, line => line.Contains("times one", StringComparison.Ordinal));
        Assert.All(parts, part => Assert.Contains(part, said, StringComparison.Ordinal));
    }
}
