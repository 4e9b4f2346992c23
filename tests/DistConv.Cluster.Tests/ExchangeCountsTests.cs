using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cluster.Tests;

/// <summary>What silos exchange, counted by their own metrics in real processes, and the bounds that the exchange keeps. tests/DistConv.Chaos/ counts longer
/// (<c>exchange</c>), and measures memory.</summary>
public sealed class ExchangeCountsTests : IDisposable
{
    private const double BlockRounding = 64 << 10;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, 60)]
    [InlineData(4, null)]
    [InlineData(8, 200)]
    public async Task BenchExchange_keras1MnistCnn_keepsTheBoundsOfTrafficAndCalls(int silos, int? mostReceives)
    {
        JsonElement json = await new ClusterRun(_folder).JsonAsync(
            "bench", "exchange", "--silos", $"{silos}", "--threads", "1", "--batch", "32", "--steps", "10", "--json");
        double model = json.GetProperty("gradientBytes").GetDouble(), bound = (2 * (silos - 1) / (double)silos * model) + BlockRounding;
        JsonElement[] counted = [.. json.GetProperty("perSilo").EnumerateArray()];
        JsonElement[] expected = [.. json.GetProperty("expected").EnumerateArray()];

        Assert.Equal(600_810 * 4, model);
        Assert.Equal(2 * silos, json.GetProperty("shards").GetInt32());
        Assert.Equal(silos, counted.Select(silo => silo.GetProperty("pid").GetInt32()).Distinct().Count());
        foreach (string direction in (string[])["sentBytes", "receivedBytes"])
        {
            double[] bytes = [.. counted.Select(silo => silo.GetProperty(direction).GetDouble())];
            Assert.All(bytes, each => Assert.InRange(each, model / silos, bound));
            Assert.True(
                bytes[0] <= bytes[1..].Max() + BlockRounding, $"the coordinator's {direction} are {bytes[0]}, the others' {string.Join(", ", bytes[1..])}");

            // The cost model counts the same, to the byte.
            Assert.Equal(expected.Select(silo => silo.GetProperty(direction).GetDouble()).Order(), bytes.Order());
        }

        Assert.All(counted, silo =>
        {
            Assert.InRange(silo.GetProperty("receives").GetDouble(), 1, mostReceives ?? double.MaxValue);
            Assert.Equal(0, silo.GetProperty("checksumErrors").GetInt64());
        });
    }

    [Fact]
    public async Task BenchExchange_smallModel_goesThroughTheCoordinator()
    {
        JsonElement json = await new ClusterRun(_folder).JsonAsync(
            "bench", "exchange", "--silos", "3", "--threads", "1", "--batch", "12", "--steps", "10", "--model", "lenet5", "--json");
        double model = json.GetProperty("gradientBytes").GetDouble();
        Assert.True(json.GetProperty("isStar").GetBoolean());
        Assert.Equal(
            [2 * model, model, model], json.GetProperty("perSilo").EnumerateArray().Select(silo => silo.GetProperty("sentBytes").GetDouble()));
        foreach (string part in (string[])["measuredMilliseconds", "predictedMilliseconds"])
        {
            JsonElement terms = json.GetProperty(part);
            Assert.All((string[])["compute", "update"], term => Assert.True(terms.GetProperty(term).GetDouble() < terms.GetProperty("step").GetDouble()));
        }
    }
}
