using System.Globalization;
using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Client.RangeTests;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

public sealed class RateFinderTests : IDisposable
{
    /// <summary>Small, but not so easy to fit that no rate is too high.</summary>
    private const string Model = """
        {"name": "small", "input": [28, 28, 1], "layers": [
          {"type": "avgpool2d", "pool": 4}, {"type": "flatten"}, {"type": "dense", "units": 16, "activation": "relu"},
          {"type": "dense", "units": 10, "activation": "softmax"}]}
        """;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingOutput _output = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_lrFind_suggestsTheSameSaneRateOnAnyThreads_andLeavesNoJob()
    {
        Assert.Equal(0, await RunAsync("--optimizer", "adam", "--threads", "1", "--json"));
        Assert.Equal(0, await RunAsync("--optimizer", "adam", "--threads", "2", "--json"));

        JsonElement[] results = [.. _output.Resulted.Select(line => JsonDocument.Parse(line).RootElement)];
        Assert.Equal(2, results.Length);
        Assert.Equal(results[0].GetProperty("points").GetRawText(), results[1].GetProperty("points").GetRawText());
        Assert.InRange(results[0].GetProperty("suggestion").GetDouble(), 0.001, 0.5);
        Assert.Contains("where the smoothed loss was lowest", results[0].GetProperty("reason").GetString(), StringComparison.Ordinal);
        JsonElement[] points = [.. results[0].GetProperty("points").EnumerateArray()];
        Assert.Equal(results[0].GetProperty("steps").GetInt32(), points.Length);
        Assert.Equal(1e-6, points[0].GetProperty("learningRate").GetDouble(), 1e-12);
        string picture = results[0].GetProperty("picture").GetString()!;
        Assert.Equal(Path.Combine(_folder["out"], "lr-find.png"), picture);
        Assert.Equal([0x89, .. "PNG"u8], File.ReadAllBytes(picture).Take(4));
        Assert.False(Directory.Exists(_folder["jobs"]) && Directory.EnumerateDirectories(_folder["jobs"]).Any());
    }

    [Fact]
    public async Task Train_lrFind_printsATableAndASuggestion()
    {
        Assert.Equal(0, await RunAsync("--optimizer", "adam", "--threads", "2"));

        Assert.StartsWith("LEARNING RATE", _output.Resulted[0].TrimStart(), StringComparison.Ordinal);
        Assert.Equal(16, _output.Resulted[0].Split('\n').Length);
        Assert.StartsWith("suggestion: --learning-rate 0.", _output.Resulted[1], StringComparison.Ordinal);
        Assert.StartsWith("picture of the test: ", _output.Resulted[2], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--silos", "2")]
    [InlineData("--job", "j")]
    [InlineData("--stop-at", "2")]
    public async Task Train_lrFindWithWhatDoesNotGoWithIt_isRefused(params string[] options)
    {
        Assert.Equal(2, await RunAsync(options));
        Assert.Contains($"--lr-find and {options[0]} exclude each other", Assert.Single(_output.Failed), StringComparison.Ordinal);
    }

    [Fact]
    public void RateCurve_lossThatFallsAndGrows_suggestsATenthOfItsLowestPoint()
    {
        RateCurve curve = new();
        for (int i = 0; i < 70 && !curve.HasDiverged; i++)
        {
            double rate = 1e-6 * Math.Pow(10, i / 10.0);
            curve.Add(rate, rate <= 0.1 ? 2 - (i / 40.0) : rate * 20);
        }

        Assert.True(curve.HasDiverged);
        Assert.InRange(curve.Suggest()!.Value, 0.005, 0.015);
        Assert.Equal(curve.Suggest()!.Value.ToString("G2", CultureInfo.InvariantCulture), curve.Suggest()!.Value.ToString(CultureInfo.InvariantCulture));
        Assert.True(curve.Points[^1].Smoothed > 4 * curve.Lowest!.Smoothed);
    }

    [Fact]
    public void RateCurve_lossThatNeverFalls_suggestsNothing()
    {
        RateCurve curve = new();
        for (int i = 0; i < 50; i++) curve.Add(1e-6 * (i + 1), 2);
        curve.Add(1, double.NaN);

        Assert.True(curve.HasDiverged);
        Assert.Equal(50, curve.Points.Count);
        Assert.Null(curve.Suggest());
        Assert.StartsWith("at no rate did the smoothed loss fall", curve.Reason(), StringComparison.Ordinal);
    }

    private async Task<int> RunAsync(params string[] options)
    {
        string[] args =
        [
            "train", "--data", "digits", "--samples", "400", "--model", _folder.Write("small.json", Model), "--batch", "10", "--lr-find",
            "--out", _folder["out"], "--store", _folder["jobs"], .. options,
        ];
        return await CommandLine.RunAsync(args, new CliContext(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken));
    }
}
