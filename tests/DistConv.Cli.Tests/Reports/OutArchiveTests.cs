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
        string data = TinyData.WriteIdx(_folder["data"]), model = _folder.Write("tiny.json", TinyData.Model);
        string[] args = ["train", "--data", $"idx:{data}", "--model", model, "--steps", "3", "--local", "--threads", "1", "--job", "j", "--store",
            _folder["jobs"], "--json", "--out", "-"];
        int exitCode = await CommandLine.RunAsync(args, new CliContext(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken));
        Assert.True(exitCode == 0, string.Join('\n', _output.Failed));

        string digest = JsonDocument.Parse(Assert.Single(_output.Resulted)).RootElement.GetProperty("weightsDigest").GetString()!;
        _output.Taken.Position = 0;
        TarFile.ExtractToDirectory(_output.Taken, Directory.CreateDirectory(_folder["out"]).FullName, overwriteFiles: false);
        Assert.Equal(
            ["filters.png", "final.dcs", "initial.dcs", "loss.png", "result.json"], Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order());
        Assert.Equal(digest, SnapshotFile.Read(Path.Combine(_folder["out"], "final.dcs")).WeightsDigest());
        JsonElement result = JsonDocument.Parse(File.ReadAllText(Path.Combine(_folder["out"], "result.json"))).RootElement;
        Assert.Equal(
            ("filters.png", "loss.png"), (result.GetProperty("filtersPicture").GetString(), result.GetProperty("lossPicture").GetString()));
        Assert.Equal(
            ("initial.dcs", "final.dcs", ".", digest),
            (result.GetProperty("initialSnapshot").GetString(), result.GetProperty("finalSnapshot").GetString(), result.GetProperty("outDirectory").GetString(),
                result.GetProperty("weightsDigest").GetString()));
    }
}
