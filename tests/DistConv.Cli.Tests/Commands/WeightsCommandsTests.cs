using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>export</c>, <c>train --initial-weights</c>, <c>snapshot diff</c> and <c>snapshot show</c> on a tiny model.</summary>
public sealed class WeightsCommandsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _tiny;

    public WeightsCommandsTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
        _tiny = ["train", "--data", $"idx:{_folder["data"]}", "--model", _folder["tiny.json"], "--samples", "101", "--batch", "10", "--shards", "7", "--quiet",
            "--store", _folder["store"]];
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("w.safetensors", "pytorch")]
    [InlineData("w.safetensors", "keras")]
    [InlineData("w.npz", null)]
    [InlineData("w.weights.h5", null)]
    public async Task Train_weightsOfAnExport_beginsWithTheSameDigest(string file, string? layout)
    {
        string digest = await TrainAsync("source", "--steps", "4");
        JsonElement exported = await JsonAsync(0, ["export", "source", "--out", _folder[file], .. layout is null ? (string[])[] : ["--layout", layout]]);
        Assert.Equal(digest, exported.GetProperty("weightsDigest").GetString());
        await TrainAsync("again", "--steps", "2", "--initial-weights", _folder[file]);
        JsonElement begun = await JsonAsync(0, ["snapshot", "show", "again@0"]);
        Assert.Equal((digest, digest), (begun.GetProperty("weightsDigest").GetString(), begun.GetProperty("initialWeights").GetString()));
        Assert.True((await JsonAsync(0, ["snapshot", "diff", "source", "again@0"])).GetProperty("sameWeights").GetBoolean());
    }

    [Fact]
    public async Task Import_weightsOfAnExport_makesASnapshotOfTheSameNetwork()
    {
        string digest = await TrainAsync("source", "--steps", "4");
        await JsonAsync(0, ["export", "source", "--out", _folder["w.weights.h5"]]);
        string[] import = ["import", _folder["tiny.json"], "--weights", _folder["w.weights.h5"], "--out", _folder["m.dcs"], "--json"];

        (int code, RecordingOutput output) = await RunAsync(import);

        Assert.Equal((0, digest), (code, JsonDocument.Parse(output.Resulted[^1]).RootElement.GetProperty("weightsDigest").GetString()));
        Assert.Equal(2, (await RunAsync(import)).Code); // A snapshot is never replaced.
        Assert.Equal(0, (await RunAsync("export", _folder["m.dcs"], "--out", _folder["m.onnx"])).Code);
        Assert.Equal(0, (await RunAsync("snapshot", "show", _folder["m.dcs"])).Code);
        await TrainAsync("again", "--steps", "2", "--initial-weights", _folder["m.dcs"]);
    }

    [Fact]
    public async Task Train_initialWeights_givesTheSameBitsHoweverItRuns()
    {
        await TrainAsync("source", "--steps", "4");
        string weights = Job("source").LatestVerified(out _)!.Head.Path;
        string whole = await TrainAsync("whole", "--steps", "13", "--initial-weights", weights);
        Assert.NotEqual(await TrainAsync("drawn", "--steps", "13"), whole);
        await TrainAsync("halted", "--steps", "13", "--initial-weights", weights, "--stop-at", "5");
        Assert.Equal(0, (await RunAsync("jobs", "resume", "halted", "--local", "--store", _folder["store"])).Code);
        Assert.Equal(whole, Digest("halted"));
        foreach (string silos in (string[])["1", "2"])
        {
            ProcessResult trained = await DistConvProcess.RunAsync(
                _folder.FullPath, [.. _tiny, "--steps", "13", "--initial-weights", weights, "--silos", silos, "--threads", "1", "--job", $"grains-{silos}"]);
            Assert.True(trained.ExitCode == 0, trained.ToString());
            Assert.Equal(whole, Digest($"grains-{silos}"));
        }
    }

    [Fact]
    public async Task Train_sameJobWithOtherWeights_isRefused()
    {
        await TrainAsync("source", "--steps", "4");
        string newest = Job("source").Snapshots()[^1].Path, oldest = Job("source").Snapshots()[0].Path;
        await TrainAsync("j", "--steps", "3", "--initial-weights", newest);
        (int code, RecordingOutput output) = await RunAsync([.. _tiny, "--steps", "3", "--initial-weights", oldest, "--job", "j", "--local"]);
        Assert.Equal(2, code);
        Assert.Contains("job 'j' exists with another specification", Assert.Single(output.Failed), StringComparison.Ordinal);
        Assert.Contains("initialWeights", output.Failed[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Train_initialSnapshotLost_refusesUntilTheWeightsComeAgain()
    {
        await TrainAsync("source", "--steps", "4");
        string weights = Job("source").Snapshots()[^1].Path;
        string digest = await TrainAsync("j", "--steps", "3", "--initial-weights", weights);
        Directory.CreateDirectory(_folder["store/lost"]);
        File.Copy(_folder["store/j/spec.json"], _folder["store/lost/spec.json"]); // As if the process had died before the snapshot.
        (int code, RecordingOutput output) =
            await RunAsync("jobs", "resume", "lost", "--local", "--quiet", "--store", _folder["store"], "--data-dir", _folder["data"]);
        Assert.NotEqual(0, code);
        Assert.Contains("begins with weights that are not in its folder", string.Join('\n', output.Failed.Concat(output.Resulted)), StringComparison.Ordinal);
        Assert.Equal(digest, await TrainAsync("lost", "--steps", "3", "--initial-weights", weights));
    }

    [Fact]
    public async Task Train_weightsOfAJob_takesItsModelAndSaysWhatWasTakenAndDrawn()
    {
        await TrainAsync("source", "--steps", "4");
        string[] tuned = ["train", "--data", $"idx:{_folder["data"]}", "--samples", "101", "--batch", "10", "--shards", "7", "--steps", "13", "--store",
            _folder["store"], "--local", "--job", "tuned", "--initial-weights", "source", "--replace-head", "--freeze", "conv*", "--freeze-until", "2",
            "--layer-rates", "conv*:0.1"];

        (int code, RecordingOutput output) = await RunAsync(tuned);

        Assert.True(code == 0, string.Join('\n', output.Failed));
        string said = string.Join('\n', output.Said);
        Assert.Contains(
            "  weights of job source, snapshot of step 4: 2 tensors taken (conv1/kernel, conv1/bias); drawn anew from seed 1: dense1/kernel, dense1/bias", said,
            StringComparison.Ordinal);
        Assert.Contains("conv1 frozen until epoch 2, learning rate by layer conv1 × 0.1", said, StringComparison.Ordinal);
        JsonElement conv = await JsonAsync(0, ["snapshot", "show", "tuned@0"]);
        Assert.Equal("tiny", Job("tuned").Spec.ModelName);
        Assert.Equal(Job("tuned").Spec.InitialWeights, conv.GetProperty("initialWeights").GetString());
    }

    [Theory]
    [InlineData("--freeze-until is set, but no layer is frozen; name the layers to freeze (--freeze)", "--freeze-until", "2")]
    [InlineData("--replace-head is set, but nothing gives the other layers' weights; name initial weights (--initial-weights) too", "--replace-head")]
    [InlineData("--freeze has 'cnv*', which fits no layer with weights of model 'tiny'; it has conv1, dense1", "--freeze", "cnv*")]
    [InlineData("--layer-rates is 'conv1'; give LAYERS:FACTOR, several separated by commas, such as conv*:0.1", "--layer-rates", "conv1")]
    [InlineData("--layer-rates has the factor 0 for 'conv1'; give a number above 0", "--layer-rates", "conv1:0")]
    [InlineData("--initial-weights is 'nobody', which is no file, and no job either", "--initial-weights", "nobody")]
    public async Task Train_tuningThatMakesNoSense_isOneLine(string message, params string[] options)
    {
        (int code, RecordingOutput output) = await RunAsync([.. _tiny, "--local", .. options]);
        Assert.Equal(2, code);
        Assert.StartsWith(message, Assert.Single(output.Failed), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("w.txt", null, null, "'w.txt': unrecognised file extension; use one of .onnx, .safetensors, .npz")]
    [InlineData("w.onnx", "tflite", null, "the export format (--format) 'tflite' is unknown; choose one of onnx, safetensors, npz, keras-h5")]
    [InlineData("w.onnx", null, "pytorch", "the weight layout (--layout) pytorch is for safetensors, not for onnx")]
    [InlineData("w.npz", null, "rows", "--layout is 'rows'; choose keras or pytorch")]
    public async Task Export_badChoice_isOneLine(string file, string? format, string? layout, string message)
    {
        await TrainAsync("j", "--steps", "1");
        string[] args = ["export", "j", "--store", _folder["store"], "--out", file, .. format is null ? (string[])[] : ["--format", format], .. layout is null
            ? (string[])[] : ["--layout", layout]];
        (int code, RecordingOutput output) = await RunAsync(args);
        Assert.Equal(2, code);
        Assert.Contains(message, Assert.Single(output.Failed), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task SnapshotDiff_sameSpecification_isEqualInEveryBit()
    {
        await TrainAsync("a", "--steps", "6");
        await TrainAsync("b", "--steps", "6");
        (int code, RecordingOutput output) = await RunAsync("snapshot", "diff", "a", "b", "--store", _folder["store"]);
        string text = string.Join('\n', output.Resulted);
        Assert.Equal(0, code);
        Assert.Contains("specification: equal", text, StringComparison.Ordinal);
        Assert.Contains("the layers' hashes are equal; the losses are equal; 6 steps in both", text, StringComparison.Ordinal);
        Assert.Contains("the same weights: every bit of 226 values; the same optimizer state", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SnapshotDiff_otherClipping_namesFirstStepAndLayer()
    {
        // Step 0 is computed on equal weights; its clipped update makes those of step 1 differ, in the first layer already.
        await TrainAsync("a", "--steps", "6");
        await TrainAsync("b", "--steps", "6", "--optimizer", "sgd", "--learning-rate", "0.5");
        await TrainAsync("c", "--steps", "6", "--optimizer", "sgd", "--learning-rate", "0.5", "--clip-norm", "0.001");
        JsonElement json = await JsonAsync(1, ["snapshot", "diff", "b", "c"]);
        JsonElement logs = json.GetProperty("logs");
        Assert.Equal((1, "conv1", 1, 6), (
            logs.GetProperty("firstStep").GetInt32(), logs.GetProperty("firstLayer").GetString(), logs.GetProperty("firstLossStep")
                .GetInt32(), logs.GetProperty("commonSteps").GetInt32()));
        Assert.Equal("clipNorm", Assert.Single(json.GetProperty("specification").EnumerateArray()).GetProperty("field").GetString());
        Assert.Equal("conv1", json.GetProperty("firstLayer").GetString());
        Assert.All(json.GetProperty("tensors").EnumerateArray().Take(4), tensor => Assert.True(tensor.GetProperty("maxAbsolute").GetDouble() > 0));
        Assert.Equal(1, (await RunAsync("snapshot", "diff", "a", "b", "--store", _folder["store"])).Code);
        Assert.Equal(2, (await RunAsync("snapshot", "diff", "a", "nobody", "--store", _folder["store"])).Code);
        Assert.Equal(2, (await RunAsync("snapshot", "diff", "a", "a@4", "--store", _folder["store"])).Code);
    }

    [Fact]
    public async Task SnapshotShow_trained_hasLayersAndStatistics()
    {
        await TrainAsync("j", "--steps", "6");
        JsonElement json = await JsonAsync(0, ["snapshot", "show", "j"]);
        Assert.Equal([4, 4, 3], json.GetProperty("layers")[0].GetProperty("outputShape").EnumerateArray().Select(size => size.GetInt32()));
        Assert.Equal(30, json.GetProperty("layers")[0].GetProperty("parameters").GetInt32());
        JsonElement kernel = json.GetProperty("weights")[0];
        float[] values = Job("j").LatestVerified(out _)!.Snapshot.Tensors[0].Values.ToArray();
        Assert.Equal(values.Average(value => (double)value), kernel.GetProperty("mean").GetDouble(), 1e-9);
        Assert.Equal(Math.Sqrt(values.Sum(value => (double)value * value)), kernel.GetProperty("norm").GetDouble(), 1e-9);
        Assert.InRange(kernel.GetProperty("moved").GetDouble(), 1e-4, 1);
        Assert.Equal(0, (await JsonAsync(0, ["snapshot", "show", "j@0"])).GetProperty("weights")[0].GetProperty("moved").GetDouble());
        string text = string.Join('\n', (await RunAsync("snapshot", "show", "j", "--store", _folder["store"])).Output.Resulted);
        Assert.Contains("conv1 (conv2d)", text, StringComparison.Ordinal);
        Assert.Contains("AGAINST INITIAL", text, StringComparison.Ordinal);
    }

    /// <summary>Trains in this process.</summary>
    /// <returns>The weights' digest.</returns>
    private async Task<string> TrainAsync(string job, params string[] more)
    {
        (int code, RecordingOutput output) = await RunAsync([.. _tiny, "--local", "--threads", "1", "--job", job, .. more]);
        Assert.True(code == 0, string.Join('\n', output.Failed));
        return Digest(job);
    }

    private async Task<JsonElement> JsonAsync(int code, string[] args)
    {
        (int ended, RecordingOutput output) = await RunAsync([.. args, "--store", _folder["store"], "--json"]);
        Assert.True(ended == code, string.Join('\n', output.Failed));
        return JsonDocument.Parse(Assert.Single(output.Resulted)).RootElement;
    }

    private static async Task<(int Code, RecordingOutput Output)> RunAsync(params string[] args)
    {
        RecordingOutput output = new();
        return (await CommandLine.RunAsync(args, new CliContext(output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken)), output);
    }

    private JobFolder Job(string job) => new JobStore(_folder["store"]).Open(job);

    private string Digest(string job) => Job(job).LatestVerified(out _)!.Snapshot.WeightsDigest();
}
