using System.Diagnostics;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>Whole runs of the built executable on a tiny data set.</summary>
public sealed class TrainProcessTests : IDisposable
{
    private static readonly string[] Tiny = ["--data", "idx:data", "--model", "tiny.json", "--samples", "101", "--batch", "10", "--shards", "7"];

    private readonly TemporaryFolder _folder = new();

    public TrainProcessTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--local")]
    [InlineData("")]
    public async Task Train_json_printsOneObjectWithEveryField(string mode)
    {
        ProcessResult result = await RunAsync(0, ["train", .. Tiny, "--epochs", "2", "--job", "j", "--json", "--out", "out", .. Words(mode)]);
        JsonElement json = JsonDocument.Parse(Assert.Single(result.OutputLines)).RootElement;
        Assert.Equal(("j", "done", "tiny", "idx"), (Text(json, "job"), Text(json, "status"), Text(json, "model"), Text(json, "data")));
        Assert.Equal(
            (2, 101, 10, 7, 1), (Number(json, "epochs"), Number(json, "samples"), Number(json, "globalBatch"), Number(json, "shards"), Number(json, "silos")));
        Assert.Equal(Number(json, "steps"), Number(json, "totalSteps"));
        Assert.InRange(json.GetProperty("testAccuracy").GetDouble(), 0, 1);
        Assert.Equal(7, Assert.Single(json.GetProperty("siloProcesses").EnumerateArray()).GetProperty("shards").GetArrayLength());
        Assert.Matches("^sha256:[0-9a-f]{64}$", Text(json, "weightsDigest"));
        Assert.All(["trainLoss", "testLoss", "elapsedSeconds", "samplesPerSecond", "threads"], name =>
            Assert.Equal(JsonValueKind.Number, json.GetProperty(name).ValueKind));
        Assert.True(File.Exists(Text(json, "initialSnapshot")) && File.Exists(Text(json, "finalSnapshot")));
        Assert.Equal(_folder["out"], Path.GetFullPath(Text(json, "outDirectory")));
        Assert.Equal(
            ["filters.png", "final.dcs", "initial.dcs", "loss.png", "result.json"], Directory.EnumerateFiles(_folder["out"]).Select(Path.GetFileName).Order());
        Assert.Equal(
            (_folder[Path.Combine("out", "filters.png")], _folder[Path.Combine("out", "loss.png")]), (Text(json, "filtersPicture"), Text(json, "lossPicture")));
        Assert.Contains(result.ErrorLines, line => line.StartsWith("epoch 2/2 ends", StringComparison.Ordinal));
        Assert.Equal(2, result.ErrorLines.Count(line => line.Contains("every one of 101 samples used exactly once", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Train_stoppedAndResumedByGrainsAndWithout_hasTheBitsOfOneRun()
    {
        string whole = Digest(await RunAsync(0, ["train", .. Tiny, "--steps", "20", "--job", "whole", "--json", "--quiet", "--local"]));
        ProcessResult stopped = await RunAsync(0, ["train", .. Tiny, "--steps", "20", "--job", "parts", "--json", "--stop-at", "7"]);
        Assert.Equal("stopped", Text(Json(stopped), "status"));
        Assert.Contains("jobs resume parts", stopped.Errors, StringComparison.Ordinal);
        await RunAsync(0, ["jobs", "resume", "parts", "--stop-at", "13", "--local", "--threads", "1"]);
        ProcessResult resumed = await RunAsync(0, ["jobs", "resume", "parts", "--json", "--threads", "3"]);
        Assert.Equal(whole, Digest(resumed));
        ProcessResult again = await RunAsync(0, ["jobs", "resume", "parts", "--json"]);
        Assert.Contains("already done", again.Errors, StringComparison.Ordinal);
        Assert.Equal(whole, Digest(again));
    }

    [Fact]
    public async Task Train_noLowerValidationLoss_endsEarlyWithItsBestSnapshot()
    {
        JsonElement learned = Json(await RunAsync(0, ["train", .. Tiny, "--epochs", "9", "--learning-rate", "0.01", "--local", "--quiet", "--json"]));
        string[] standstill = ["--optimizer", "sgd", "--learning-rate", "1e-30", "--initial-weights", Text(learned, "finalSnapshot")];
        ProcessResult result = await RunAsync(
            0, ["train", .. Tiny, "--validation-split", "0.2", "--early-stop", "1", "--epochs", "9", .. standstill, "--job", "j", "--json"]);
        Assert.Contains("80 of 203 training, the next 21 for validation, and 40 held-out", result.Errors, StringComparison.Ordinal);
        Assert.Contains("ends after 1 epoch without a lower validation loss", result.Errors, StringComparison.Ordinal);
        JsonElement json = Json(result);
        Assert.Equal(("done", 80, 21), (Text(json, "status"), Number(json, "samples"), Number(json, "validationSamples")));
        Assert.Equal((2, 1, true), (Number(json, "epochs"), Number(json, "bestEpoch"), json.GetProperty("stoppedEarly").GetBoolean()));
        ProcessResult evaluated = await RunAsync(0, ["evaluate", Text(json, "bestSnapshot"), "--data-dir", "data", "--json"]);
        Assert.Equal(json.GetProperty("validationLoss").GetDouble(), Json(evaluated).GetProperty("validationLoss").GetDouble());
        ProcessResult shown = await RunAsync(0, ["jobs", "show", "j"]);
        Assert.Contains("stopped early after epoch 2: the validation loss has not been lower since epoch 1", shown.Output, StringComparison.Ordinal);
        Assert.Contains($"best        epoch 1 by validation loss, {Text(json, "bestSnapshot")}", shown.Output, StringComparison.Ordinal);
        Assert.Contains("already done", (await RunAsync(0, ["jobs", "resume", "j"])).Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commands_afterATraining_showIt()
    {
        ProcessResult trained = await RunAsync(0, ["train", .. Tiny, "--epochs", "1", "--job", "j", "--json", "--quiet", "--local"]);
        Assert.Empty(trained.Errors);
        JsonElement job = Json(trained);
        JsonElement evaluated = Json(await RunAsync(0, ["evaluate", "j", "--json"]));
        Assert.Equal(job.GetProperty("testLoss").GetDouble(), evaluated.GetProperty("testLoss").GetDouble());
        Assert.Equal(job.GetProperty("testAccuracy").GetDouble(), evaluated.GetProperty("testAccuracy").GetDouble());
        Assert.Equal(40, Number(evaluated, "samples"));
        JsonElement listed = Assert.Single(Json(await RunAsync(0, ["jobs", "list", "--json"])).GetProperty("jobs").EnumerateArray());
        Assert.Equal(("j", "done"), (Text(listed, "job"), Text(listed, "status")));
        JsonElement shown = Json(await RunAsync(0, ["jobs", "show", "j", "--json"]));
        Assert.Single(shown.GetProperty("epochMetrics").EnumerateArray());
        Assert.Equal(Text(job, "weightsDigest"), Text(shown, "weightsDigest"));
        Assert.Equal(Text(job, "weightsDigest"), Text(Json(await RunAsync(0, ["snapshot", "show", Text(job, "finalSnapshot"), "--json"])), "weightsDigest"));
        Assert.Equal(0, Number(Json(await RunAsync(0, ["snapshot", "verify", "j", "--json"])), "failed"));
        Assert.Contains("step-", (await RunAsync(0, ["snapshot", "list", "j"])).Output, StringComparison.Ordinal);
        Assert.Contains(Text(job, "weightsDigest"), (await RunAsync(0, ["jobs", "show", "j"])).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--local")]
    [InlineData("")]
    public async Task Train_interrupted_endsWithASnapshotAndSaysHowToResume(string mode)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are sent by kill(1)");
        string[] args = ["train", .. Tiny, "--steps", "100000000", "--job", "long", "--json", .. Words(mode)];
        DistConvProcess? process = null;
        int interrupts = 0;
        using (process = DistConvProcess.Start(_folder.FullPath, null, args, async line =>
        {
            if (line.StartsWith("epoch", StringComparison.Ordinal) && interrupts++ == 0)
            {
                using Process kill = Process.Start("kill", ["-INT", $"{process!.Id}"]);
                await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
            }
        }))
        {
            ProcessResult result = await process.WaitAsync();
            Assert.True(result.ExitCode == 130, result.ToString());
            Assert.Contains("go on with: distconv jobs resume long", result.Errors, StringComparison.Ordinal);
            JsonElement json = Json(result);
            Assert.True(json.GetProperty("steps").GetInt64() > 0);
            Assert.True(File.Exists(Text(json, "finalSnapshot")));
        }
    }

    [Fact]
    public async Task DataShow_idx_writesAContactSheet()
    {
        ProcessResult result = await RunAsync(0, ["data", "show", "idx:data", "--out", "sheet.png", "--samples", "12"]);
        Assert.Contains("sheet.png (12 samples", result.Output, StringComparison.Ordinal);
        Assert.Equal([0x89, .. "PNG"u8], File.ReadAllBytes(_folder["sheet.png"])[..4]);
    }

    [Fact]
    public async Task DataList_showsEveryName()
    {
        ProcessResult result = await RunAsync(0, ["data", "list", "--data-dir", "data"]);
        Assert.All(["digits", "mnist", "fashion-mnist", "cifar10", "idx:DIR"], name =>
            Assert.Contains(result.OutputLines, line => line.StartsWith(name, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("train")]
    [InlineData("evaluate")]
    [InlineData("jobs resume")]
    [InlineData("snapshot verify")]
    [InlineData("data show")]
    [InlineData("data fetch")]
    [InlineData("bench step")]
    [InlineData("bench exchange")]
    public async Task Help_everyCommand_hasADescriptionAndExamples(string command)
    {
        ProcessResult result = await RunAsync(0, [.. Words(command), "--help"]);
        Assert.Contains("Examples:", result.Output, StringComparison.Ordinal);
        Assert.Contains($"  distconv {command}", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Errors);
    }

    [Fact]
    public async Task Train_inputShapeOfKerasIsAmbiguous_saysWhichRuleDecided()
    {
        _folder.Write("keras.json", """
            {"class_name": "Sequential", "config": [
              {"class_name": "Convolution2D", "config": {"nb_filter": 3, "nb_row": 3, "nb_col": 3, "input_shape": [1, 6, 6]}},
              {"class_name": "Flatten", "config": {}},
              {"class_name": "Dense", "config": {"output_dim": 4, "activation": "softmax"}}]}
            """);
        ProcessResult result = await RunAsync(0, ["train", "--data", "idx:data", "--model", "keras.json", "--steps", "1", "--batch", "10", "--local"]);
        string line = Assert.Single(result.ErrorLines, line => line.StartsWith("decided: ", StringComparison.Ordinal));
        Assert.Contains("input_shape (1, 6, 6) means height 6, width 6 and 1 channel (channels first): ", line, StringComparison.Ordinal);
    }

    private async Task<ProcessResult> RunAsync(int exitCode, string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, args);
        Assert.True(result.ExitCode == exitCode, $"{string.Join(' ', args)}: {result}");
        return result;
    }

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static JsonElement Json(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement;

    private static string Digest(ProcessResult result) => Text(Json(result), "weightsDigest");

    private static string Text(JsonElement json, string name) => json.GetProperty(name).GetString()!;

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
