using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>Model files in Keras's spelling, by the built executable.</summary>
public sealed class ModelsProcessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public ModelsProcessTests()
    {
        foreach (string file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "Keras"))) File.Copy(file, _folder[Path.GetFileName(file)]);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_keras1Spellings_haveTheBitsOfTheBuiltInModel()
    {
        FewDigits.Write(_folder["digits"], train: 512, test: 100);
        string expected = await DigestAsync("keras1-mnist-cnn");
        Assert.Equal(expected, await DigestAsync("keras-1-by-hand.json"));
        Assert.Equal(expected, await DigestAsync("keras-1.2.json"));
        Assert.NotEqual(expected, await DigestAsync("keras3-mnist-convnet"));
    }

    [Fact]
    public async Task ModelsList_namesEveryModelWithItsParameters()
    {
        ProcessResult text = await RunAsync("models", "list");
        Assert.All(
            [("keras1-mnist-cnn", "600,810"), ("keras2-mnist-cnn", "1,199,882"), ("keras3-mnist-convnet", "34,826"), ("mnist-vgg", "329,962"),
                ("lenet5", "61,706"), ("cifar10-cnn", "2,168,362"), ("resnet20", "272,474"), ("mini-mobilenet", "141,994"), ("mini-inception", "136,430"),
                ("photo-cnn", "98,970")],
            model => Assert.Contains(
                text.OutputLines, line => line.StartsWith(model.Item1, StringComparison.Ordinal) && line.Contains(model.Item2, StringComparison.Ordinal)));
        JsonElement[] models = [.. Json(await RunAsync("models", "list", "--json")).GetProperty("models").EnumerateArray()];
        Assert.Equal(10, models.Length);
        Assert.Equal(("lenet5", 61_706), (models[4].GetProperty("name").GetString(), models[4].GetProperty("parameters").GetInt32()));
        Assert.Equal("[28,28,1]", models[3].GetProperty("input").GetRawText());
    }

    [Fact]
    public async Task ModelsShow_json_isAModelFile()
    {
        Assert.Contains("Total params: 34,826", (await RunAsync("models", "show", "keras3-mnist-convnet")).Output, StringComparison.Ordinal);
        JsonElement shown = Json(await RunAsync("models", "show", "keras-3.json", "--json"));
        _folder.Write("own.json", shown.GetProperty("model").GetRawText());
        JsonElement own = Json(await RunAsync("models", "show", "own.json", "--json"));
        Assert.Equal(shown.GetRawText(), own.GetRawText());
    }

    [Fact]
    public async Task ModelsCheck_saysWhatWasTranslatedAndHowToTrain()
    {
        ProcessResult text = await RunAsync("models", "check", "keras-1.2.json");
        Assert.StartsWith("ok: keras-1.2.json (Keras Sequential model, Keras 1.2.2, 600,810 parameters)", text.Output, StringComparison.Ordinal);
        Assert.Contains("nb_filter -> filters", text.Output, StringComparison.Ordinal);
        Assert.Equal("train it with: distconv train --model keras-1.2.json", text.OutputLines[^1]);
        JsonElement json = Json(await RunAsync("models", "check", "keras-3.json", "--json"));
        Assert.True(json.GetProperty("ok").GetBoolean());
        Assert.Equal(34_826, json.GetProperty("parameters").GetInt32());
        Assert.Contains(json.GetProperty("ignored").EnumerateArray(), item => item.GetString() == "seed (the job's seed decides)");
    }

    [Theory]
    [InlineData("models")]
    [InlineData("models list")]
    [InlineData("models show")]
    [InlineData("models check")]
    public async Task Help_hasExamples(string command)
    {
        ProcessResult result = await RunAsync([.. command.Split(' '), "--help"]);
        Assert.Contains("Examples:", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  distconv {command}", result.Output, StringComparison.Ordinal);
    }

    private async Task<string> DigestAsync(string model)
    {
        ProcessResult result = await RunAsync(
            "train", "--data", "idx:digits", "--model", model, "--steps", "3", "--batch", "64", "--seed", "7", "--local", "--json", "--quiet");
        return Json(result).GetProperty("weightsDigest").GetString()!;
    }

    private async Task<ProcessResult> RunAsync(params string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, args);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', args)}: {result}");
        return result;
    }

    private static JsonElement Json(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement;
}
