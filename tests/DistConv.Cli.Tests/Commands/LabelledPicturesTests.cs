using System.Globalization;
using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>Pictures with a labels.csv, from training to evaluation: two classes and one sigmoid unit, several labels, numbers.</summary>
public sealed class LabelledPicturesTests : IDisposable
{
    private const int Pictures = 120;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_twoClassesAndOneSigmoidUnit_recordsAccuracyAndAuc()
    {
        Write("file,light", (left, right) => left > right ? "left" : "right");
        JsonElement trained = await TrainAsync("""{"type": "dense", "units": 1, "activation": "sigmoid"}""", "--class-weights", "left:2");
        EnsureLearned(trained);
        Assert.InRange(trained.GetProperty("testAuc").GetDouble(), 0.9, 1);
        Assert.InRange(trained.GetProperty("testAccuracy").GetDouble(), 0.8, 1);
        Assert.Contains(await LinesAsync("jobs", "show", "j"), line => line.Contains(" HELD-OUT AUC", StringComparison.Ordinal));
        Assert.All(trained.GetProperty("epochMetrics").EnumerateArray(), epoch => Assert.InRange(epoch.GetProperty("testAuc").GetDouble(), 0, 1));
        await RunAsync(0, "jobs", "metrics", "j", "--format", "jsonl", "--out", _folder["record.jsonl"]);
        Assert.Contains("\"testAuc\":", File.ReadAllText(_folder["record.jsonl"]), StringComparison.Ordinal);
        JsonElement evaluated = await JsonAsync("evaluate", "j", "--json");
        Assert.Equal(trained.GetProperty("testAuc").GetDouble(), evaluated.GetProperty("testAuc").GetDouble());
        Assert.Equal(2, evaluated.GetProperty("confusion").GetArrayLength());
    }

    [Fact]
    public async Task Train_severalLabels_measuresEachOfThem()
    {
        Write("file,left,right", (left, right) => $"{(left > 127 ? 1 : 0)},{(right > 127 ? 1 : 0)}");
        JsonElement trained = await TrainAsync("""{"type": "dense", "units": 2, "activation": "sigmoid"}""");
        EnsureLearned(trained);
        JsonElement evaluated = await JsonAsync("evaluate", "j", "--json");
        double[] areas = [.. evaluated.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("auc").GetDouble())];
        Assert.Equal(areas.Average(), trained.GetProperty("testAuc").GetDouble(), 1e-12);
        Assert.All(areas, area => Assert.InRange(area, 0.9, 1));
        Assert.Equal(JsonValueKind.Null, evaluated.GetProperty("confusion").ValueKind);
        string[] lines = await LinesAsync("evaluate", "j");
        Assert.Contains(lines, line => line.Contains("all labels right ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("LABEL ", StringComparison.Ordinal));
        Assert.Contains("leave out --mistakes", (await RunAsync(ExitCodes.InvalidInput, "evaluate", "j", "--mistakes", _folder["m.png"])).Failed[0],
            StringComparison.Ordinal);
        Assert.Contains("are for samples of one class each", (await RunAsync(
            ExitCodes.InvalidInput, ["train", "--local", "--data", $"images:{_folder["set"]}", "--model", _folder["m.json"], "--class-weights", "balanced"]))
            .Failed[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_numbers_measuresTheMeanAbsoluteError()
    {
        Write("file;sum;difference", (left, right) => string.Create(
            CultureInfo.InvariantCulture, $"{(left + right) / 255.0:F4};{(left - right) / 255.0:F4}").Replace('.', ','));
        JsonElement trained = await TrainAsync("""{"type": "dense", "units": 2}""");
        EnsureLearned(trained);
        Assert.Equal(JsonValueKind.Null, trained.GetProperty("testAccuracy").ValueKind);
        Assert.Equal(JsonValueKind.Null, (await JsonAsync("jobs", "list", "--json")).GetProperty("jobs")[0].GetProperty("testAccuracy").ValueKind);
        string[] job = [.. await LinesAsync("jobs", "show", "j"), .. await LinesAsync("jobs", "compare", "j", "j")];
        Assert.Contains(job, line => line.Contains(" HELD-OUT MAE", StringComparison.Ordinal));
        Assert.DoesNotContain(job, line => line.Contains(" ACC", StringComparison.Ordinal) || line.Contains("accuracy", StringComparison.Ordinal));
        double error = trained.GetProperty("testMeanAbsoluteError").GetDouble();
        Assert.InRange(error, 0, 0.3);
        JsonElement evaluated = await JsonAsync("evaluate", "j", "--json");
        Assert.Equal(error, evaluated.GetProperty("testMeanAbsoluteError").GetDouble());
        Assert.Equal(["sum", "difference"], evaluated.GetProperty("outputs").EnumerateArray().Select(output => output.GetProperty("name").GetString()!));
        string[] lines = await LinesAsync("evaluate", "j");
        Assert.DoesNotContain(lines, line => line.Contains("accuracy", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("OUTPUT ", StringComparison.Ordinal));
        string[] shown = await LinesAsync("data", "show", $"images:{_folder["set"]}", "--out", _folder["s.png"]);
        Assert.Contains(shown, line => line.Contains("2 numbers a sample", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_builtInModelAndSeveralLabels_saysWhatWouldFit()
    {
        Write("file,left,right", (left, right) => $"{(left > 127 ? 1 : 0)},{(right > 127 ? 1 : 0)}");
        RecordingOutput output = await RunAsync(ExitCodes.InvalidInput, "train", "--local", "--data", $"images:{_folder["set"]}", "--model", "lenet5");
        Assert.Contains("ends in a softmax over classes, but data", output.Failed[0], StringComparison.Ordinal);
    }

    /// <summary>The mean over the last epoch is below that over the first.</summary>
    private static void EnsureLearned(JsonElement job)
    {
        double[] losses = [.. job.GetProperty("epochMetrics").EnumerateArray().Select(epoch => epoch.GetProperty("trainLoss").GetDouble())];
        Assert.True(losses[^1] < 0.7 * losses[0], string.Join(", ", losses));
    }

    /// <summary>Grey pictures of two halves, and their labels.</summary>
    private void Write(string header, Func<int, int, string> label)
    {
        List<string> lines = [header];
        char separator = header.Contains(';') ? ';' : ',';
        Directory.CreateDirectory(_folder["set"]);
        for (int i = 0; i < Pictures; i++)
        {
            int left = (i * 97) % 256, right = (i * 53 + 31) % 256;
            using SKBitmap bitmap = new(new SKImageInfo(4, 4, SKColorType.Gray8, SKAlphaType.Opaque));
            for (int y = 0; y < 4; y++)
            {
                for (int x = 0; x < 4; x++) bitmap.GetPixelSpan()[(y * bitmap.RowBytes) + x] = (byte)(x < 2 ? left : right);
            }

            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            File.WriteAllBytes(_folder[$"set/{i}.png"], png.ToArray());
            lines.Add($"{i}.png{separator}{label(left, right)}");
        }

        File.WriteAllLines(_folder["set/labels.csv"], lines);
    }

    private async Task<JsonElement> TrainAsync(string end, params string[] options)
    {
        File.WriteAllText(_folder["m.json"], $$"""
            {"name": "own", "input": [4, 4, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 8, "activation": "tanh"}, {{end}}]}
            """);
        await RunAsync(
            0,
            [
                "train", "--local", "--job", "j", "--data", $"images:{_folder["set"]}", "--model", _folder["m.json"], "--epochs", "12", "--batch", "8",
                "--shards", "2", "--learning-rate", "0.02", .. options,
            ]);
        return await JsonAsync("jobs", "show", "j", "--json");
    }

    private async Task<JsonElement> JsonAsync(params string[] args) => JsonDocument.Parse((await RunAsync(0, args)).Resulted[^1]).RootElement;

    private async Task<string[]> LinesAsync(params string[] args) => [.. (await RunAsync(0, args)).Resulted.SelectMany(text => text.Split('\n'))];

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
