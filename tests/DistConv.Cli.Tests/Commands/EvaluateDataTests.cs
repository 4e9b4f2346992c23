using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>evaluate --data</c>: another test set, and a folder that has changed since training.</summary>
public sealed class EvaluateDataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Evaluate_otherFolder_findsClassesByName()
    {
        await TrainAsync();

        // In ordinal order GREEN would be class 0, and there is no red.
        Write("other/GREEN", 3);
        Write("other/blue", 2);
        Write("other", 1);
        RecordingOutput output = await RunAsync(0, "evaluate", "j", "--data", $"images:{_folder["other"]}", "--json");
        JsonElement found = Json(output);
        Assert.Equal((5, 1.0), (found.GetProperty("samples").GetInt32(), found.GetProperty("testAccuracy").GetDouble()));
        Assert.StartsWith("images/other?size=4x4&color=rgb", found.GetProperty("data").GetString(), StringComparison.Ordinal);
        Assert.Equal(["blue 2", "green 3", "red 0"], found.GetProperty("classes").EnumerateArray()
            .Select(score => $"{score.GetProperty("name").GetString()} {score.GetProperty("support").GetInt32()}"));
        Assert.Contains(output.Warned, line => line.StartsWith("left out: 1 picture in", StringComparison.Ordinal));
        List<string> lines = (await RunAsync(0, "evaluate", "j", "--data", $"images:{_folder["other"]}")).Resulted;
        Assert.Contains("on 5 samples of images/other (", string.Join('\n', lines), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_otherFolderWithSplits_takesItsTestSplit()
    {
        await TrainAsync();
        foreach (string split in (string[])["Train", "Test"])
        {
            foreach (string colour in (string[])["red", "green", "blue"]) Write($"other/{split}/{colour}", split == "Test" ? 2 : 4);
        }

        Assert.Equal(6, Json(await RunAsync(0, "evaluate", "j", "--data", $"images:{_folder["other"]}", "--json")).GetProperty("samples").GetInt32());
    }

    [Fact]
    public async Task Evaluate_otherFolderWithWhatDoesNotFit_isOneLine()
    {
        await TrainAsync();
        Write("other/violet", 2);
        string[] evaluate = ["evaluate", "j", "--data", $"images:{_folder["other"]}"];
        Assert.Equal(
            "data 'images/other' has samples of violet, which the network does not know; its classes are blue, green, red",
            Assert.Single((await RunAsync(ExitCodes.InvalidInput, evaluate)).Failed));
        Write("other/red", 1);
        Directory.Delete(_folder["other/violet"], recursive: true);
        File.WriteAllText(_folder["other/red/bad.png"], "no picture");
        Assert.Contains("bad.png': it is a text file", Assert.Single((await RunAsync(ExitCodes.InvalidInput, evaluate)).Failed), StringComparison.Ordinal);
        Assert.Contains((await RunAsync(0, [.. evaluate, "--unreadable", "skip"])).Warned, line => line.Contains("bad.png", StringComparison.Ordinal));
        Assert.StartsWith("--unreadable is for pictures of --data images:DIR",
            Assert.Single((await RunAsync(ExitCodes.InvalidInput, "evaluate", "j", "--unreadable", "skip")).Failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_folderHasChanged_saysSoAndTakesWhatIsHeldOutToday()
    {
        await TrainAsync();
        Assert.Empty((await RunAsync(0, "evaluate", "j")).Warned);
        Write("set/red", 15, first: 100);
        RecordingOutput output = await RunAsync(0, "evaluate", "j", "--json");
        Assert.Equal(9, Json(output).GetProperty("samples").GetInt32());
        Assert.Matches("^'.*set' has changed since snapshot '.*' was trained: these are results on what is held out of it today, 9 samples, some of which may "
            + "have been trained on$", Assert.Single(output.Warned));
    }

    /// <summary>60 pictures of three colours, which a few steps tell apart.</summary>
    private async Task TrainAsync()
    {
        foreach (string colour in (string[])["red", "green", "blue"]) Write($"set/{colour}", 10);
        File.WriteAllText(_folder["m.json"], """
            {"name": "own", "input": [4, 4, 3], "layers": [{"type": "flatten"}, {"type": "dense", "units": 3, "activation": "softmax"}]}
            """);
        await RunAsync(
            0, "train", "--local", "--job", "j", "--data", $"images:{_folder["set"]}", "--model", _folder["m.json"], "--learning-rate", "0.05", "--epochs",
            "20");
    }

    private void Write(string folder, int count, int first = 0)
    {
        Directory.CreateDirectory(_folder[folder]);
        for (int i = first; i < first + count; i++)
        {
            using SKBitmap bitmap = new(4, 4);
            byte shade = (byte)i;
            string colour = Path.GetFileName(folder).ToLowerInvariant();
            bitmap.Erase(colour == "red" ? new SKColor(220, shade, 9) : colour == "green" ? new SKColor(shade, 220, 9) : new SKColor(9, shade, 220));
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(_folder[$"{folder}/{i}.png"], png.ToArray());
        }
    }

    private static JsonElement Json(RecordingOutput output) => JsonDocument.Parse(output.Resulted[^1]).RootElement;

    private async Task<RecordingOutput> RunAsync(int exitCode, params string[] args)
    {
        RecordingOutput output = new();
        string? Variable(string name) => name switch { "DISTCONV_STORE" => _folder["jobs"], "DISTCONV_CACHE" => _folder["cache"], _ => null };
        CliContext context = new(output, TimeProvider.System, Variable, TestContext.Current.CancellationToken);
        int ended = await CommandLine.RunAsync(args, context);
        Assert.True(exitCode == ended, string.Join('\n', output.Failed));
        return output;
    }
}
