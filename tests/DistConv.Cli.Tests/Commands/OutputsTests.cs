using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>Models that end in sigmoid units or in numbers, from training to use.</summary>
public sealed class OutputsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_modelOfOneNumber_evaluatesPredictsAndExportsIt()
    {
        await TrainAsync("""{"type": "dense", "units": 1}""", "--loss", "mean_absolute_error");

        JsonElement evaluated = await JsonAsync("evaluate", "j", "--json");
        double error = evaluated.GetProperty("testMeanAbsoluteError").GetDouble();
        Assert.Equal(evaluated.GetProperty("testLoss").GetDouble(), error, 1e-9);
        Assert.Contains((await RunAsync(0, "evaluate", "j")).Resulted, line => line.StartsWith("mean absolute error ", StringComparison.Ordinal));
        Assert.Equal("mean_absolute_error", (await JsonAsync("jobs", "show", "j", "--json")).GetProperty("loss").GetString());
        JsonElement shown = await JsonAsync("activations", "j", "--sample", "3", "--json", "--out", _folder["maps.png"]);
        float value = Assert.Single(shown.GetProperty("values").EnumerateArray()).GetSingle();
        Assert.False(shown.TryGetProperty("class", out _));
        JsonElement picture = Assert.Single((await JsonAsync("predict", "j", _folder["maps.png"], "--json")).GetProperty("pictures").EnumerateArray());
        Assert.True(float.IsFinite(value) && float.IsFinite(Assert.Single(picture.GetProperty("values").EnumerateArray()).GetSingle()));
        await RunAsync(0, "export", "j", "--out", _folder["net.onnx"]);
        Assert.True(File.Exists(_folder["net.onnx"]));
    }

    [Fact]
    public async Task Train_modelOfSigmoidUnits_saysItsLossAndPredictsClasses()
    {
        RecordingOutput trained = await TrainAsync("""{"type": "dense", "units": 10, "activation": "sigmoid"}""");

        Assert.Contains(trained.Said, line => line.Contains("loss binary_crossentropy, because none is given", StringComparison.Ordinal));
        Assert.Equal("binary_crossentropy", (await JsonAsync("jobs", "show", "j", "--json")).GetProperty("loss").GetString());
        Assert.Equal(JsonValueKind.Null, (await JsonAsync("evaluate", "j", "--json")).GetProperty("testMeanAbsoluteError").ValueKind);
        JsonElement shown = await JsonAsync("activations", "j", "--sample", "3", "--json", "--out", _folder["maps.png"]);
        float[] probabilities = [.. shown.GetProperty("probabilities").EnumerateArray().Select(value => value.GetSingle())];
        Assert.All(probabilities, value => Assert.InRange(value, 0f, 1f));
        Assert.Equal(probabilities.Max(), probabilities[shown.GetProperty("class").GetInt32()]);
    }

    [Fact]
    public async Task Train_lossThatDoesNotFit_isRefusedByTheOptionsName()
    {
        File.WriteAllText(_folder["m.json"], Model("""{"type": "dense", "units": 10, "activation": "softmax"}"""));
        RecordingOutput output = await RunAsync(ExitCodes.InvalidInput, "train", "--model", _folder["m.json"], "--loss", "mean_squared_error");
        Assert.Contains(
            "--loss is 'mean_squared_error', but the model ends in a softmax; give categorical_crossentropy", string.Join('\n', output.Failed),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_smoothingAndWeights_areInTheSpecificationAndShown()
    {
        RecordingOutput trained = await TrainAsync(
            """{"type": "dense", "units": 10, "activation": "softmax"}""", "--label-smoothing", "0.1", "--class-weights", "3:2.5,0:0.5");

        JsonElement shown = await JsonAsync("jobs", "show", "j", "--json");
        Assert.Equal(0.1f, shown.GetProperty("labelSmoothing").GetSingle());
        Assert.Equal([0.5f, 1f, 1f, 2.5f, 1f, 1f, 1f, 1f, 1f, 1f], shown.GetProperty("classWeights").EnumerateArray().Select(weight => weight.GetSingle()));
        Assert.Contains(
            trained.Said, line => line.Contains("label smoothing 0.1, class weights 0 0.5 1 1 2 1 3 2.5 4 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_augment_isInTheSpecificationAndShown()
    {
        RecordingOutput trained = await TrainAsync("""{"type": "dense", "units": 10, "activation": "softmax"}""", "--augment", "flip,shift,mixup:0.4");

        Assert.Equal("flip,shift:0.1,mixup:0.4", (await JsonAsync("jobs", "show", "j", "--json")).GetProperty("augmentation").GetString());
        Assert.Contains(trained.Said, line => line.Contains("samples varied by flip, shift:0.1, mixup:0.4", StringComparison.Ordinal));
        Assert.Contains(trained.Said, line => line.Contains("a mirrored digit is another sign", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Train_badAugment_isRefusedByTheOptionsNameWithAllProblems()
    {
        string failed = string.Join('\n', (await RunAsync(ExitCodes.InvalidInput, "train", "--augment", "shfit,rotate:999,mixup,flip")).Failed);
        Assert.Contains("--augment has 'shfit', which is unknown; give some of: flip, vflip, shift:PART, ", failed, StringComparison.Ordinal);
        Assert.Contains("did you mean 'shift'?", failed, StringComparison.Ordinal);
        Assert.Contains("--augment has rotate:999; give a number from 0.1 to 180, for example rotate:10", failed, StringComparison.Ordinal);
        Assert.Contains("--augment has flip behind mixup or cutmix", failed, StringComparison.Ordinal);
        failed = string.Join('\n', (await RunAsync(ExitCodes.InvalidInput, "train", "--samples", "200", "--augment", "crop:28")).Failed);
        Assert.Contains("--augment has crop:28, which is a whole side of the pictures of (28, 28, 1); give less, for example crop:3", failed,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task DataShow_augment_drawsSamplesAsTheyAreAndVaried()
    {
        JsonElement shown = await JsonAsync(
            "data", "show", "digits", "--augment", "rotate:20,mixup", "--samples", "12", "--seed", "3", "--out", _folder["varied.png"], "--json");
        Assert.Equal("rotate:20,mixup:0.2", shown.GetProperty("augmentation").GetString());
        Assert.Equal(12, shown.GetProperty("shown").GetInt32());
        using SkiaSharp.SKBitmap sheet = SkiaSharp.SKBitmap.Decode(_folder["varied.png"]);
        Assert.Equal((2 + (10 * 58), 2 + (12 * 58)), (sheet.Width, sheet.Height));
        RecordingOutput output = await RunAsync(0, "data", "show", "digits", "--augment", "flip", "--out", _folder["varied.png"]);
        Assert.Contains(output.Resulted, line => line.EndsWith("(10 samples, each as it is and in 9 epochs)", StringComparison.Ordinal));
        Assert.Contains("--seed is for --augment", string.Join('\n', (await RunAsync(
            ExitCodes.InvalidInput, "data", "show", "digits", "--seed", "2", "--out", _folder["x.png"])).Failed), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_oversample_lengthensTheEpochAndProvesVirtualSamples()
    {
        File.WriteAllText(_folder["m.json"], Model("""{"type": "dense", "units": 10, "activation": "softmax"}"""));
        RecordingOutput trained = await RunAsync(
            0, "train", "--local", "--job", "j", "--model", _folder["m.json"], "--samples", "200", "--epochs", "1", "--batch", "40", "--oversample", "3:2");

        int[] counts = [.. (await JsonAsync("jobs", "show", "j", "--json")).GetProperty("oversampling").EnumerateArray().Select(count => count.GetInt32())];
        int samples = counts.Sum();
        Assert.Equal(200, samples - (counts[3] / 2));
        Assert.Contains(trained.Said, line => line.Contains($"{samples:N0} samples an epoch by oversampling (0 {counts[0]} 1 ", StringComparison.Ordinal));
        Assert.Contains(trained.Said, line => line.Contains(
            $"every one of {samples:N0} virtual samples (oversampled from 200) used exactly once", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--oversample", "3:0.5", "--oversample has 0.5 for class '3'; give a number of at least 1")]
    [InlineData("--oversample", "3", "--oversample has '3', which is no class with its factor; give balanced, or NAME:FACTOR,NAME:FACTOR,…")]
    [InlineData("--oversample", "3:1e9", "--oversample has factors that make an epoch of ")]
    [InlineData("--class-weights", "balance",
        "--class-weights has 'balance', which is no class with its weight; give balanced, or NAME:WEIGHT,NAME:WEIGHT,…; did you mean 'balanced'?")]
    [InlineData("--class-weights", "11:2,x:1,3:-1",
        "--class-weights has '11', which is no class; the classes are 0, 1, 2, 3, 4, 5, 6, 7, 8, 9; did you mean '1'?")]
    [InlineData("--class-weights", "3:1,3:2", "--class-weights has class '3' twice; give it once")]
    [InlineData("--label-smoothing", "1", "--label-smoothing")]
    public async Task Train_badSmoothingOrWeights_isRefusedByTheOptionsName(string option, string value, string expected)
    {
        File.WriteAllText(_folder["m.json"], Model("""{"type": "dense", "units": 10, "activation": "softmax"}"""));
        RecordingOutput output = await RunAsync(ExitCodes.InvalidInput, "train", "--model", _folder["m.json"], option, value);
        Assert.Contains(expected, string.Join('\n', output.Failed), StringComparison.Ordinal);
        if (value.Contains("x:1", StringComparison.Ordinal))
            Assert.Contains("'x', which is no class", string.Join('\n', output.Failed), StringComparison.Ordinal);
    }

    private static string Model(string end) => $$"""{"name": "end", "input": [28, 28, 1], "layers": [{"type": "flatten"}, {{end}}]}""";

    private async Task<RecordingOutput> TrainAsync(string end, params string[] options)
    {
        File.WriteAllText(_folder["m.json"], Model(end));
        return await RunAsync(
            0,
            ["train", "--local", "--job", "j", "--model", _folder["m.json"], "--samples", "200", "--steps", "5", "--batch", "40", "--shards", "2", .. options]);
    }

    private async Task<JsonElement> JsonAsync(params string[] args) => JsonDocument.Parse((await RunAsync(0, args)).Resulted[^1]).RootElement;

    private async Task<RecordingOutput> RunAsync(int exitCode, params string[] args)
    {
        RecordingOutput output = new();
        CliContext context = new(output, TimeProvider.System, name => name == "DISTCONV_STORE" ? _folder["jobs"] : null, TestContext.Current.CancellationToken);
        int ended = await CommandLine.RunAsync(args, context);
        Assert.True(exitCode == ended, string.Join('\n', output.Failed));
        return output;
    }
}
