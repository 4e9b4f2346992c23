using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>distconv activations</c>.</summary>
public sealed class ActivationsTests : IDisposable
{
    private const int Sample = 6;

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingOutput _output = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Activations_pictureOfASample_hasTheSamplesProbabilities()
    {
        await TrainAsync();
        JsonElement sample =
            await RunAsync("activations", "j", "--sample", $"{Sample}", "--data-dir", _folder["data"], "--out", _folder["sample.png"], "--json");
        JsonElement picture = await RunAsync("activations", "j", WriteSample(), "--layer", "conv1", "--out", _folder["picture.png"], "--json");

        Assert.Equal(sample.GetProperty("probabilities").GetRawText(), picture.GetProperty("probabilities").GetRawText());
        double[] probabilities = [.. sample.GetProperty("probabilities").EnumerateArray().Select(probability => probability.GetDouble())];
        Assert.Equal(1, probabilities.Sum(), 5);
        Assert.Equal(probabilities.Index().MaxBy(entry => entry.Item).Index, sample.GetProperty("class").GetInt32());
        Assert.Equal("conv1", Assert.Single(picture.GetProperty("layers").EnumerateArray()).GetString());
        foreach (string file in (string[])["sample.png", "picture.png"])
        {
            using SKBitmap? drawn = SKBitmap.Decode(_folder[file]);
            Assert.True(drawn is { Width: > 800 }, file);
        }
    }

    [Theory]
    [InlineData("name one picture, or a sample")]
    [InlineData("has samples 0 to 39", "--sample", "40")]
    [InlineData("model 'tiny' has no layer 'conv2'; it has conv1, flatten1, dense1; did you mean 'conv1'?", "--sample", "1", "--layer", "conv2")]
    public async Task Activations_mistake_isOneLineAndNoFile(string fragment, params string[] more)
    {
        await TrainAsync();
        string[] before = _folder.Listing();

        Assert.Equal(2, await CommandLine.RunAsync(
            ["activations", "j", .. more, "--data-dir", _folder["data"], "--out", _folder["x.png"], "--store", _folder["jobs"]], Context()));

        Assert.Contains(fragment, Assert.Single(_output.Failed), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }

    /// <summary>The held-out sample as a PNG file.</summary>
    private string WriteSample()
    {
        using SKBitmap bitmap = new(new SKImageInfo(TinyData.Side, TinyData.Side, SKColorType.Gray8, SKAlphaType.Opaque));
        ReadOnlySpan<byte> pixels = TinyData.Images(Sample + 1).AsSpan()[^(TinyData.Side * TinyData.Side)..];
        for (int y = 0; y < TinyData.Side; y++) pixels.Slice(y * TinyData.Side, TinyData.Side).CopyTo(bitmap.GetPixelSpan()[(y * bitmap.RowBytes)..]);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(_folder["sample-in.png"], png.ToArray());
        return _folder["sample-in.png"];
    }

    private CliContext Context() => new(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken);

    private Task<JsonElement> TrainAsync() => RunAsync(
        "train", "--data", $"idx:{TinyData.WriteIdx(_folder["data"])}", "--model", _folder.Write("tiny.json", TinyData.Model), "--steps", "20", "--batch", "8",
            "--local", "--threads", "1",
        "--job", "j", "--json");

    /// <summary>Runs a command that succeeds, with <c>--json</c>.</summary>
    private async Task<JsonElement> RunAsync(params string[] args)
    {
        _output.Resulted.Clear();
        int exitCode = await CommandLine.RunAsync([.. args, "--store", _folder["jobs"]], Context());
        Assert.True(exitCode == 0, string.Join('\n', _output.Failed));
        return JsonDocument.Parse(_output.Resulted[^1]).RootElement;
    }
}
