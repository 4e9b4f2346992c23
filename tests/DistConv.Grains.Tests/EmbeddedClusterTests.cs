using DistConv.Silo;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class EmbeddedClusterTests
{
    [Fact]
    public async Task StartAsync_temp_ping()
    {
        var sw = System.Diagnostics.Stopwatch.StartNew();
        var cluster = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions(Path.GetTempPath(), null, 1, null, true), TestContext.Current.CancellationToken);
        Console.Error.WriteLine($"start {sw.ElapsedMilliseconds}");
        var status = await cluster.Jobs.GetStatusAsync("x");
        Assert.Equal("x", status.Job);
        Console.Error.WriteLine($"ping {sw.ElapsedMilliseconds}");
        await cluster.DisposeAsync();
        Console.Error.WriteLine($"stop {sw.ElapsedMilliseconds}");
    }
}
