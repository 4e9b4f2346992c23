using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Core.Models;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>bench</c> measures something, and says what.</summary>
public sealed class BenchProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task BenchKernels_json_printsALineOfEachProduct()
    {
        JsonElement[] lines = await JsonAsync("bench", "kernels", "--json", "--seconds", "0.001", "--model", "lenet5");
        string[] firstLayer = ["forward", "weight gradient"], otherLayer = [.. firstLayer, "input gradient"];
        Assert.Equal(
            [.. firstLayer, .. otherLayer, .. otherLayer, .. otherLayer, .. otherLayer], lines.Select(line => line.GetProperty("product").GetString()));
        Assert.All(lines, line =>
        {
            Assert.NotEmpty(line.GetProperty("shape").GetString()!);
            Assert.NotEmpty(line.GetProperty("kernel").GetString()!);
            Assert.InRange(line.GetProperty("laneBound").GetDouble(), double.Epsilon, 1);
            Assert.All(["gflops", "peakFraction", "memoryBound", "boundFraction"], name =>
                Assert.InRange(line.GetProperty(name).GetDouble(), double.Epsilon, double.MaxValue));
        });
    }

    [Theory]
    [InlineData(false, "adam")]
    [InlineData(true, null)]
    public async Task BenchStep_json_countsTheFlopsOfWhatItRan(bool forwardOnly, string? optimizer)
    {
        string[] args = ["bench", "step", "--json", "--seconds", "1", "--model", "lenet5", "--batch", "9", "--threads", "1"];
        JsonElement json = Assert.Single(await JsonAsync(forwardOnly ? [.. args, "--forward-only"] : args));
        Assert.Equal((forwardOnly, optimizer), (json.GetProperty("forwardOnly").GetBoolean(), json.GetProperty("optimizer").GetString()));
        Assert.Equal(
            ("lenet5", 9, 1), (json.GetProperty("model").GetString(), json.GetProperty("globalBatch").GetInt32(), json.GetProperty("threads").GetInt32()));

        double samplesPerSecond = json.GetProperty("samplesPerSecond").GetDouble(), gflops = json.GetProperty("achievedGflops").GetDouble();
        ModelPlan plan = ModelSpec.Load("lenet5").Infer();
        Assert.Equal(forwardOnly ? 2.0 * plan.MultiplyAddsForward : plan.TrainingFlops, gflops * 1e9 / samplesPerSecond, 0.01);
        Assert.Equal(9000 / json.GetProperty("stepMilliseconds").GetDouble(), samplesPerSecond, 0.01);
        Assert.Equal(gflops / json.GetProperty("peakGflops").GetDouble(), json.GetProperty("peakFraction").GetDouble(), 1e-9);
        Assert.Equal(forwardOnly, json.GetProperty("phaseMilliseconds").GetProperty("update").GetDouble() == 0);
    }

    [Fact]
    public async Task BenchStep_forwardOnly_saysSo()
    {
        ProcessResult result =
            await DistConvProcess.RunAsync(_folder.FullPath, "bench", "step", "--seconds", "1", "--model", "lenet5", "--batch", "9", "--forward-only");
        Assert.Equal(3, result.OutputLines.Length);
        Assert.Contains("lenet5, batch 9, forward pass of inference", result.OutputLines[0], StringComparison.Ordinal);
        Assert.EndsWith(" ms a pass", result.OutputLines[1], StringComparison.Ordinal);
    }

    private async Task<JsonElement[]> JsonAsync(params string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, args);
        Assert.True(result.ExitCode == 0, result.ToString());
        Assert.Empty(result.Errors);
        return [.. result.OutputLines.Select(line => JsonDocument.Parse(line).RootElement)];
    }
}
