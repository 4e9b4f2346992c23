using System.Formats.Tar;
using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Snapshots;
using Xunit;

namespace DistConv.Cli.Tests.Reports;

/// <summary><c>--out -</c>.</summary>
public sealed class OutArchiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingOutput _output = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_outToStandardOutput_isAnArchiveOfSnapshotsAndResult()
    {
        JsonElement result = await TrainAsync("--steps", "3");
        string digest = JsonDocument.Parse(Assert.Single(_output.Resulted)).RootElement.GetProperty("weightsDigest").GetString()!;
        Assert.Equal(
            ["filters.png", "final.dcs", "initial.dcs", "loss.png", "result.json"], Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order());
        Assert.Equal(digest, SnapshotFile.Read(Path.Combine(_folder["out"], "final.dcs")).WeightsDigest());
        Assert.Equal(
            ("filters.png", "loss.png"), (result.GetProperty("filtersPicture").GetString(), result.GetProperty("lossPicture").GetString()));
        Assert.Equal(
            ("initial.dcs", "final.dcs", ".", digest),
            (result.GetProperty("initialSnapshot").GetString(), result.GetProperty("finalSnapshot").GetString(), result.GetProperty("outDirectory").GetString(),
                result.GetProperty("weightsDigest").GetString()));
    }

    /// <summary>After the first epoch the rate is so small that no weight changes, so that epoch stays the best one.</summary>
    [Theory]
    [InlineData("1", "final.dcs")]
    [InlineData("2", null)]
    public async Task Train_outToStandardOutput_namesTheBestSnapshotOnlyIfItIsInTheArchive(string epochs, string? expected)
    {
        JsonElement result = await TrainAsync("--epochs", epochs, "--batch", "5", "--shards", "5", "--learning-rate", "0.02", "--schedule", "step:1:1e-30");
        Assert.Equal((1, expected), (result.GetProperty("bestEpoch").GetInt32(), result.GetProperty("bestSnapshot").GetString()));
    }

    /// <summary>Trains, and unpacks the archive.</summary>
    /// <returns>The <c>result.json</c> in it.</returns>
    private async Task<JsonElement> TrainAsync(params string[] options)
    {
        string data = TinyData.WriteIdx(_folder["data"]), model = _folder.Write("tiny.json", TinyData.Model);
        string[] args = ["train", "--data", $"idx:{data}", "--model", model, .. options, "--local", "--threads", "1", "--job", "j", "--store",
            _folder["jobs"], "--json", "--out", "-"];
        int exitCode = await CommandLine.RunAsync(args, new CliContext(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken));
        Assert.True(exitCode == 0, string.Join('\n', _output.Failed));
        _output.Taken.Position = 0;
        TarFile.ExtractToDirectory(_output.Taken, Directory.CreateDirectory(_folder["out"]).FullName, overwriteFiles: false);
        return JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["out"], "result.json"))).RootElement;
    }
}
