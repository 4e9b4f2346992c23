using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>--data-memory</c>: pictures that stay in the cache file.</summary>
public sealed class DataMemoryTests : IDisposable
{
    private const int Pictures = 60, Side = 96;

    private readonly TemporaryFolder _folder = new();
    private string? _variable;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_moreThanTheMemory_givesTheDigestOfMemory()
    {
        Write();
        JsonElement memory = await TrainAsync("memory", "--local");
        Assert.Equal(Digest(memory), Digest(await TrainAsync("local", "--local", "--data-memory", "1MB")));
        _variable = "1024kb";
        Assert.Equal(Digest(memory), Digest(await TrainAsync("grains", "--threads", "2")));
        RecordingOutput output = await RunAsync(0, "evaluate", "grains", "--mistakes", _folder["m.png"], "--json");
        JsonElement evaluated = JsonDocument.Parse(output.Resulted[^1]).RootElement;
        Assert.Equal(memory.GetProperty("testLoss").GetDouble(), evaluated.GetProperty("testLoss").GetDouble());
    }

    [Theory]
    [InlineData("12")]
    [InlineData("1000KB")]
    [InlineData("-5MB")]
    [InlineData("many MB")]
    [InlineData("9999999TB")]
    public async Task Train_memoryThatIsNone_isRefusedWithALine(string size)
    {
        string[] lines = [.. (await RunAsync(ExitCodes.InvalidInput, "train", "--data-memory", size)).Failed];
        Assert.Contains($"--data-memory is '{size}'; give an amount of memory of at least 1MB, as 512MB or 1.5GB", lines[0], StringComparison.Ordinal);
        _variable = size;
        Assert.Contains($"DISTCONV_DATA_MEMORY is '{size}'", (await RunAsync(ExitCodes.InvalidInput, "train")).Failed[0], StringComparison.Ordinal);
        Assert.Contains($"DISTCONV_DATA_MEMORY is '{size}'",
            (await RunAsync(ExitCodes.InvalidInput, "serve", "--cluster", "redis://localhost")).Failed[0], StringComparison.Ordinal);
    }

    private static string Digest(JsonElement job) => job.GetProperty("weightsDigest").GetString()!;

    private async Task<JsonElement> TrainAsync(string job, params string[] options) => JsonDocument.Parse((await RunAsync(
        0,
        [
            "train", "--job", job, "--data", $"images:{_folder["set"]}", "--model", _folder["m.json"], "--epochs", "2", "--batch", "8", "--shards", "4",
            "--augment", "flip,mixup", "--validation-split", "0.2", "--json", .. options,
        ])).Resulted[^1]).RootElement;

    /// <summary>Two classes: stripes that lie, and stripes that stand.</summary>
    private void Write()
    {
        File.WriteAllText(_folder["m.json"], $$"""
            {"name": "own", "input": [{{Side}}, {{Side}}, 3], "layers": [{"type": "avgpool2d", "pool": 16}, {"type": "flatten"},
              {"type": "dense", "units": 2, "activation": "softmax"}]}
            """);
        for (int i = 0; i < Pictures; i++)
        {
            using SKBitmap bitmap = new(Side, Side);
            bitmap.Erase(new SKColor((byte)(i * 4), (byte)(i % 2 * 200), 90));
            using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
            Directory.CreateDirectory(_folder[$"set/{i % 2}"]);
            File.WriteAllBytes(_folder[$"set/{i % 2}/{i}.png"], png.ToArray());
        }
    }

    private async Task<RecordingOutput> RunAsync(int exitCode, params string[] args)
    {
        RecordingOutput output = new();
        string? Variable(string name) => name switch
        {
            "DISTCONV_STORE" => _folder["jobs"],
            "DISTCONV_CACHE" => _folder["cache"],
            "DISTCONV_DATA_MEMORY" => _variable,
            _ => null,
        };
        CliContext context = new(output, TimeProvider.System, Variable, TestContext.Current.CancellationToken);
        int ended = await CommandLine.RunAsync(args, context);
        Assert.True(exitCode == ended, string.Join('\n', output.Failed));
        return output;
    }
}
