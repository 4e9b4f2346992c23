using System.Text.Json;
using DistConv.Cli.Tests.Support;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>--data images:DIR</c>, from its pictures to a resumed job.</summary>
public sealed class ImageDataProcessTests : IDisposable
{
    private const string Model = """
        {"name": "tiny", "input": [6, 6, 3], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": 3, "activation": "relu"}, {"type": "flatten"}, {"type": "dense", "units": 3, "activation": "softmax"}]}
        """;

    private static readonly string[] Colours = ["red", "green", "blue"];
    private static readonly string[] Train =
        ["train", "--data", "images:set", "--model", "tiny.json", "--batch", "8", "--shards", "4", "--steps", "6", "--json", "--quiet"];

    private readonly TemporaryFolder _folder = new();

    public ImageDataProcessTests()
    {
        _folder.Write("tiny.json", Model);
        for (int i = 0; i < 60; i++)
        {
            string path = _folder[$"set/{Colours[i % 3]}/{i}.png"];
            SKColor colour = i % 3 == 0 ? new(200, (byte)i, 9) : i % 3 == 1 ? new((byte)i, 200, 9) : new(9, (byte)i, 200);
            using SKBitmap bitmap = new(6, 6);
            bitmap.Erase(colour);
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, png.ToArray());
        }
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_images_givesOneDigestLocallyOnTwoSilosAndResumed()
    {
        JsonElement local = Json(await RunAsync(0, [.. Train, "--local", "--job", "local"]));
        Assert.Equal("images/set?size=6x6&color=rgb&fit=stretch&test=0.2&seed=0&unreadable=refuse", local.GetProperty("data").GetString());
        string digest = Digest(local);
        Assert.Equal(digest, Digest(Json(await RunAsync(0, [.. Train, "--silos", "2", "--threads", "1"]))));
        await RunAsync(0, [.. Train, "--local", "--job", "parts", "--stop-at", "3"]);
        Assert.Equal(digest, Digest(Json(await RunAsync(0, ["jobs", "resume", "parts", "--json", "--quiet"]))));

        JsonElement evaluated = Json(await RunAsync(0, ["evaluate", "local", "--json"]));
        Assert.Equal(local.GetProperty("testLoss").GetDouble(), evaluated.GetProperty("testLoss").GetDouble());
        Assert.Equal("blue", evaluated.GetProperty("classes")[0].GetProperty("name").GetString());
        ProcessResult predicted = await RunAsync(0, ["predict", "local", "set/red/0.png", "--top", "3"]);
        Assert.Matches("^set/red/0.png  .*red .* %", predicted.Output);
        Assert.Contains("images/set ", (await RunAsync(0, ["jobs", "list"])).Output, StringComparison.Ordinal);

        // Another picture in the folder is other data: an evaluation says so, and nothing else goes on with it.
        File.Copy(_folder["set/red/0.png"], _folder["set/red/100.png"]);
        Assert.Contains("has changed since", (await RunAsync(0, ["evaluate", "local"])).Errors, StringComparison.Ordinal);
        Assert.Contains("was trained on other data", (await RunAsync(2, ["activations", "local", "--sample", "0"])).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Job_ofPictures_isShownWithTheNamesOfItsClassesAndItsData()
    {
        await RunAsync(0, [.. Train, "--local", "--job", "j"]);

        ProcessResult seen = await RunAsync(0, ["activations", "j", "set/red/0.png"]);
        Assert.Matches("activations.png: set/red/0.png; predicted class (red|green|blue) with probability", seen.Output);
        Assert.Matches("held-out sample 0, class (red|green|blue); predicted", (await RunAsync(0, ["activations", "j", "--sample", "0"])).Output);
        Assert.Contains("trained on images/set.", (await RunAsync(0, ["explain", "j"])).Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Contains(", data images/set\n", (await RunAsync(0, ["filters", "j", "--describe"])).Output, StringComparison.Ordinal);
        await RunAsync(0, ["export", "j", "--out", "m.onnx"]);
        Assert.Contains("""["blue","green","red"]""", File.ReadAllText(_folder["m.onnx"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataShow_images_namesClassesAndSkipsWhatIsUnreadable()
    {
        _folder.Write("set/red/bad.png", "no picture");
        Assert.Contains("bad.png': it is a text file", (await RunAsync(2, ["data", "show", "images:set"])).Errors, StringComparison.Ordinal);
        ProcessResult shown = await RunAsync(0, ["data", "show", "images:set", "--unreadable", "skip", "--image-size", "8x4", "--image-color", "grey"]);
        Assert.Contains("images (8, 4, 1), 3 classes", shown.Output, StringComparison.Ordinal);
        Assert.Matches("(?m)^2 red +16 +4", shown.Output);
        Assert.Contains("left out: ", shown.Errors, StringComparison.Ordinal);
        Assert.True(File.Exists(_folder["set.png"]));
    }

    [Fact]
    public async Task Train_imagesWithABuiltInModel_givesItTheirClassesAndColours()
    {
        string[] train = ["train", "--data", "images:set", "--model", "lenet5", "--image-color", "rgb", "--steps", "1", "--json", "--quiet", "--local"];
        JsonElement trained = Json(await RunAsync(0, [.. train, "--job", "built"]));
        Assert.Equal("images/set?size=28x28&color=rgb&fit=stretch&test=0.2&seed=0&unreadable=refuse", trained.GetProperty("data").GetString());
        ProcessResult shown = await RunAsync(0, ["snapshot", "show", "built"]);
        Assert.Contains("(28, 28, 3)", shown.Output, StringComparison.Ordinal);
        Assert.Matches(@"dense3\S* .*\b3\b", shown.Output);
    }

    [Theory]
    [InlineData("set the image size (--image-size HxW) to 6x6 and the image color (--image-color) to rgb, or use another model", "train", "--data",
        "images:set", "--model", "tiny.json", "--image-color", "grey")]
    [InlineData("--image-size is '28'", "train", "--data", "images:set", "--image-size", "28")]
    [InlineData("--unreadable is for pictures", "train", "--unreadable", "skip")]
    [InlineData("the folder of pictures 'nowhere' does not exist", "train", "--data", "images:nowhere")]
    [InlineData("'images:' lacks its folder; write images:DIR", "train", "--data", "images:")]
    [InlineData("'idx:' lacks its folder; write idx:DIR", "train", "--data", "idx: ")]
    public async Task Train_wrongImages_isOneLine(string expected, params string[] args)
    {
        ProcessResult result = await RunAsync(2, [.. args, "--quiet"]);
        Assert.Contains(expected, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private static JsonElement Json(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement;

    private static string Digest(JsonElement json) => json.GetProperty("weightsDigest").GetString()!;

    private async Task<ProcessResult> RunAsync(int exitCode, string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, args);
        Assert.True(exitCode == result.ExitCode, result.ToString());
        return result;
    }
}
