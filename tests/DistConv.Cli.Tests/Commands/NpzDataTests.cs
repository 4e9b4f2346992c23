using System.IO.Compression;
using System.Text;
using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>A numpy file from the command line: shown, trained on, and found again by a resume.</summary>
public sealed class NpzDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public NpzDataTests()
    {
        byte[] labels = [.. Enumerable.Range(0, 60).Select(i => (byte)(i < 55 ? 0 : 1))];
        using ZipArchive archive = new(File.Create(_folder["cells 1.npz"]), ZipArchiveMode.Create);
        Write(archive, "X", "60, 4, 4", [.. Enumerable.Range(0, 960).Select(i => (byte)(labels[i / 16] * 200))]);
        Write(archive, "y", "60,", labels);
        File.WriteAllText(_folder["m.json"],
            """{"name": "m", "input": [4, 4, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 2, "activation": "softmax"}]}""");
    }

    private string Data => $"npz:{_folder["cells 1.npz"]}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_npz_isResumedAndNamesNoPath()
    {
        RecordingOutput begun = await RunAsync(0, "train", "--local", "--job", "j", "--model", _folder["m.json"], "--data", Data, "--test-split", "0.4",
            "--split-seed", "3", "--steps", "4", "--batch", "12", "--shards", "2", "--stop-at", "2");
        RecordingOutput ended = await RunAsync(0, "jobs", "resume", "j", "--local");
        JsonElement shown = JsonDocument.Parse((await RunAsync(0, "jobs", "show", "j", "--json")).Resulted[^1]).RootElement;

        Assert.Equal("npz/cells%201.npz?test=0.4&seed=3", shown.GetProperty("data").GetString());
        Assert.Equal("done", shown.GetProperty("status").GetString());
        Assert.Contains(begun.Said, line => line.Contains(
            "class '1' has 3 of 36 training samples, the largest 33: a network may pass over it", StringComparison.Ordinal));
        Assert.Contains(ended.Resulted, line => line.Contains("done at step 4 of 4", StringComparison.Ordinal));
    }

    [Fact]
    public async Task DataShow_npz_countsBothSplits()
    {
        string json = (await RunAsync(0, "data", "show", Data, "--out", _folder["o.png"], "--json")).Resulted[^1];
        JsonElement shown = JsonDocument.Parse(json).RootElement;
        Assert.Equal((48, 12), (shown.GetProperty("train").GetInt32(), shown.GetProperty("test").GetInt32()));
        Assert.Contains("--image-size is for pictures", string.Join('\n', (await RunAsync(
            ExitCodes.InvalidInput, "data", "show", Data, "--image-size", "4x4", "--out", _folder["o.png"])).Failed), StringComparison.Ordinal);
    }

    private static void Write(ZipArchive archive, string name, string shape, byte[] values)
    {
        using Stream entry = archive.CreateEntry($"{name}.npy").Open();
        string header = $"{{'descr': '|u1', 'fortran_order': False, 'shape': ({shape}), }}".PadRight(117) + "\n";
        entry.Write([.. Encoding.Latin1.GetBytes($"\u0093NUMPY\u0001\0{(char)header.Length}\0{header}"), .. values]);
    }

    private async Task<RecordingOutput> RunAsync(int exitCode, params string[] args)
    {
        RecordingOutput output = new();
        CliContext context = new(output, TimeProvider.System, name => name == "DISTCONV_STORE" ? _folder["jobs"] : null, TestContext.Current.CancellationToken);
        int ended = await CommandLine.RunAsync(args, context);
        Assert.True(exitCode == ended, string.Join('\n', output.Failed));
        return output;
    }
}
