using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Data;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>predict</c> and <c>evaluate</c>, on the same samples.</summary>
public sealed class PredictTests : IDisposable
{
    private const string Model = """
        {"name": "linear", "input": [28, 28, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 10, "activation": "softmax"}]}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Predict_heldOutDigitsAsPng_givesTheConfusionMatrixOfEvaluate()
    {
        await TrainAsync(FewPictures());
        IDataset test = DataCatalog.BuiltIn.Open("idx", _folder["digits"]).Test;
        int[][] expected = [.. Enumerable.Range(0, 10).Select(_ => new int[10])];
        for (int i = 0; i < test.Count; i++) WriteGrey($"pngs/{i:D5}.png", 28, test.Image(i));

        JsonElement predicted = await JsonAsync(0, null, "predict", "j", _folder["pngs"], "--json", "--top", "1");
        int sample = 0;
        foreach (JsonElement picture in predicted.GetProperty("pictures").EnumerateArray())
        {
            Assert.EndsWith($"{sample:D5}.png", picture.GetProperty("file").GetString(), StringComparison.Ordinal);
            expected[test.Label(sample++)][picture.GetProperty("class").GetInt32()]++;
        }

        Assert.Equal(test.Count, sample);
        JsonElement evaluated = await JsonAsync(
            0, null, "evaluate", "j", "--data-dir", _folder["digits"], "--json", "--mistakes", _folder["mistakes.png"], "--confusion",
                _folder["confusion.png"]);
        int[][] matrix =
            [.. evaluated.GetProperty("confusion").EnumerateArray().Select(row => row.EnumerateArray().Select(count => count.GetInt32()).ToArray())];
        Assert.Equal(expected, matrix);
        Assert.Equal(evaluated.GetProperty("testAccuracy").GetDouble(), (double)Enumerable.Range(0, 10).Sum(label => matrix[label][label]) / test.Count);
        JsonElement seven = evaluated.GetProperty("classes")[7];
        Assert.Equal(matrix[7].Sum(), seven.GetProperty("support").GetInt32());
        Assert.Equal((double)matrix[7][7] / matrix.Sum(row => row[7]), seven.GetProperty("precision").GetDouble());
        foreach (string picture in (string[])["mistakes.png", "confusion.png"])
        {
            using SKBitmap? drawn = SKBitmap.Decode(_folder[picture]);
            Assert.True(drawn is { Width: > 800, Height: > 800 }, picture);
        }
    }

    [Fact]
    public async Task Predict_oneBadPictureAmongSeveral_answersTheOthersAndEndsWith2()
    {
        await TrainAsync("digits"); // Their pictures are known to be light on dark: hence the advice to invert.
        byte[] light = new byte[50 * 40];
        light.AsSpan().Fill(230);
        string first = WriteGrey("a.png", 50, light), bad = _folder.Write("b.png", "no picture"), last = WriteGrey("c.png", 28, new byte[28 * 28]);
        RecordingOutput output = await RunAsync(2, $"{first}\n\n{bad}\n{last}\n", "predict", "j", "-");
        Assert.Equal([first, last], output.Resulted.Select(line => line.Split("  ")[0]));
        Assert.All(output.Resulted, line => Assert.Matches(@"  \d \d+\.\d\d %, \d \d+\.\d\d %, \d \d+\.\d\d %$", line));
        Assert.Contains($"'{bad}': it is a text file", Assert.Single(output.Warned), StringComparison.Ordinal);
        Assert.DoesNotContain(output.Said, line => line.Contains("--invert", StringComparison.Ordinal));

        RecordingOutput one = await RunAsync(0, null, "predict", "j", first, "--top", "1");
        Assert.Contains("try --invert", one.Said[^1], StringComparison.Ordinal);
        RecordingOutput inverted = await RunAsync(0, null, "predict", "j", first, "--invert");
        Assert.StartsWith("using the snapshot of step ", Assert.Single(inverted.Said), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--fit is 'strech'", "--fit", "strech")]
    [InlineData("--background is 'pink'", "--background", "pink")]
    [InlineData("there is no picture to classify")]
    public async Task Predict_wrongInput_isOneLine(string expected, params string[] options)
    {
        await TrainAsync(FewPictures());
        RecordingOutput output = await RunAsync(2, "", ["predict", "j", "-", .. options]);
        Assert.Contains(expected, Assert.Single(output.Failed), StringComparison.Ordinal);
    }

    private string FewPictures() => $"idx:{FewDigits.Write(_folder["digits"], train: 640, test: 1_000)}";

    private Task<RecordingOutput> TrainAsync(string data) => RunAsync(
        0, null, "train", "--data", data, "--model", _folder.Write("linear.json", Model), "--samples", "640", "--batch", "128", "--steps", "6", "--local",
            "--threads", "2", "--job", "j", "--quiet");

    private string WriteGrey(string name, int width, ReadOnlySpan<byte> pixels)
    {
        using SKBitmap bitmap = new(new SKImageInfo(width, pixels.Length / width, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int y = 0; y < bitmap.Height; y++) pixels.Slice(y * width, width).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Directory.CreateDirectory(Path.GetDirectoryName(_folder[name])!);
        File.WriteAllBytes(_folder[name], png.ToArray());
        return _folder[name];
    }

    private async Task<JsonElement> JsonAsync(int exitCode, string? input, params string[] args) =>
        JsonDocument.Parse((await RunAsync(exitCode, input, args)).Resulted[^1]).RootElement;

    private async Task<RecordingOutput> RunAsync(int exitCode, string? input, params string[] args)
    {
        RecordingOutput output = new();
        CliContext context = new(output, TimeProvider.System, name => name == "DISTCONV_STORE" ? _folder["jobs"] : null, TestContext.Current.CancellationToken)
        {
            Input = new StringReader(input ?? ""),
        };
        int ended = await CommandLine.RunAsync(args, context);
        Assert.True(exitCode == ended, string.Join('\n', output.Failed));
        return output;
    }
}
