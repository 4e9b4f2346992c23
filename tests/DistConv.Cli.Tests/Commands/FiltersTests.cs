using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary><c>distconv filters</c>, and the pictures at the end of <c>train</c>.</summary>
public sealed partial class FiltersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly RecordingOutput _output = new();

    private JobFolder Job => new JobStore(_folder["jobs"]).Open("j");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Train_end_leavesPicturesInTheJobsFolder()
    {
        JsonElement json = await TrainAsync();

        string filters = Path.Combine(Job.Path, "filters.png"), loss = Path.Combine(Job.Path, "loss.png");
        Assert.Equal((filters, loss), (json.GetProperty("filtersPicture").GetString(), json.GetProperty("lossPicture").GetString()));
        Assert.Superset(Colours(KernelScale.Of([Initial, Trained]), Initial, Trained), ColoursOf(filters));
        using SKBitmap curve = SKBitmap.Decode(loss);
        Assert.InRange(curve.Width, 1000, 3000);
        Assert.Empty(_output.Warned);
    }

    [Fact]
    public async Task JobsResume_pictureThatCannotBeWritten_isAWarning()
    {
        await TrainAsync("--stop-at", "5");
        File.Delete(Path.Combine(Job.Path, "filters.png"));
        Directory.CreateDirectory(Path.Combine(Job.Path, "filters.png"));

        JsonElement json = await RunAsync("jobs", "resume", "j", "--local", "--threads", "1", "--json", "--data-dir", _folder["data"]);

        Assert.Equal(("done", JsonValueKind.Null), (json.GetProperty("status").GetString(), json.GetProperty("filtersPicture").ValueKind));
        Assert.True(File.Exists(json.GetProperty("lossPicture").GetString()));
        Assert.Contains("filters.png was not drawn", Assert.Single(_output.Warned), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_eachMode_writesAFileOfItsOwn()
    {
        await TrainAsync();
        string[] target = ["filters", "j", "--store", _folder["jobs"]], data = ["--data-dir", _folder["data"]];
        foreach (string[] mode in (string[][])[[], ["--maximize", .. data], ["--animate"]])
        {
            ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, [.. target, .. mode]);
            Assert.True(result.ExitCode == 0, $"{result}");
        }

        string[] written = [.. Directory.EnumerateFiles(_folder.FullPath, "filters-*").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];
        Assert.Equal(["filters-j-maximized.png", "filters-j.png", "filters-j.webp"], written);
    }

    [Fact]
    public async Task Animation_frames_sayTheirOwnStepOnly()
    {
        await TrainAsync();
        JobSpec spec = Job.Spec;
        KernelFrame[] frames = [new(0, [Initial]), new(20, [Trained])];

        string expected = $"job j, {spec.Optimizer.Name}, seed 1";
        Assert.All(KernelAnimation.Of(spec, "job j", frames, new KernelLook()), frame => Assert.Equal(expected, frame.Picture.Subtitle));
    }

    [Theory]
    [InlineData(ScaleUnit.Layer, false)]
    [InlineData(ScaleUnit.Filter, true)]
    public async Task Filters_job_drawsBeforeAndAfterOnTheScaleThatWasAskedFor(ScaleUnit unit, bool isGrey)
    {
        await TrainAsync();
        JsonElement json = await RunAsync(
            ["filters", "j", "--out", _folder["k.png"], "--scale", unit.ToString().ToLowerInvariant(), "--json", .. isGrey ? (string[])["--grey"] : []]);

        Assert.Equal(_folder["k.png"], json.GetProperty("picture").GetString());
        Assert.Equal(
            ["before training (step 0)", "after training (step 20)"], json.GetProperty("moments").EnumerateArray().Select(moment => moment.GetString()!));
        Assert.Equal("conv1", Assert.Single(json.GetProperty("layers").EnumerateArray()).GetString());
        Assert.Superset(Colours(KernelScale.Of([Initial, Trained], unit, isGrey), Initial, Trained), ColoursOf(_folder["k.png"]));
    }

    [Fact]
    public async Task Filters_kernelsOnlySnapshot_isDrawnBesideWhatItsSeedDraws()
    {
        await TrainAsync();
        string alone = _folder["alone.dcs"];
        File.Copy(Job.KernelFiles()[^1], alone);

        await RunAsync("filters", alone, "--out", _folder["k.png"], "--json");

        Assert.Superset(Colours(KernelScale.Of([Initial, Trained]), Initial, Trained), ColoursOf(_folder["k.png"]));
    }

    [Fact]
    public async Task Filters_snapshotOfAJobThatBeganWithAFile_isNotComparedWithItsSeed()
    {
        await TrainAsync();
        Snapshot trained = SnapshotFile.Read(Job.KernelFiles()[^1]);
        SnapshotFile.Write(_folder["alone.dcs"], new Snapshot(trained, trained.Tensors) { Spec = trained.Spec with { InitialWeights = "sha256:0" } });

        JsonElement json = await RunAsync("filters", _folder["alone.dcs"], "--out", _folder["k.png"], "--json");

        Assert.Equal("after training (step 20)", Assert.Single(json.GetProperty("moments").EnumerateArray()).GetString());
        Assert.Contains("--before", Assert.Single(_output.Warned), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Filters_animate_hasAFrameForEachSnapshotOnOneScale()
    {
        await TrainAsync();
        JsonElement json = await RunAsync("filters", "j", "--animate", "--out", _folder["k.webp"], "--json");

        Snapshot[] snapshots = [.. Job.KernelFiles().Select(SnapshotFile.Read)];
        LayerKernels[] layers = [.. snapshots.Select(snapshot => LayerKernels.Of(snapshot, "k")[0])];
        KernelScale scale = KernelScale.Of(layers);
        Assert.Equal(snapshots.Select(snapshot => snapshot.Step), json.GetProperty("steps").EnumerateArray().Select(step => step.GetInt64()));
        Assert.Equal([0L, 7L, 14L, 20L], snapshots.Select(snapshot => snapshot.Step));
        using SKCodec codec = SKCodec.Create(_folder["k.webp"]);
        Assert.Equal([500, 500, 500, 2000], codec.FrameInfo.Select(frame => frame.Duration));
        for (int i = 0; i < layers.Length; i++)
        {
            using SKBitmap frame = new(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
            Assert.Equal(SKCodecResult.Success, codec.GetPixels(frame.Info, frame.GetPixels(), new SKCodecOptions(i)));
            Assert.Superset(Colours(scale, layers[i]), ColoursOf(frame));
        }
    }

    [Fact]
    public async Task Filters_maximize_showsEachFilterBesideTheHeldOutSampleThatActivatesItMost()
    {
        await TrainAsync();
        JsonElement json = await RunAsync("filters", "j", "--maximize", "--data-dir", _folder["data"], "--out", _folder["m.png"], "--json");

        JsonElement layer = Assert.Single(json.GetProperty("layers").EnumerateArray());
        Assert.Equal("conv1", layer.GetProperty("name").GetString());
        JsonElement[] filters = [.. layer.GetProperty("filters").EnumerateArray()];
        Assert.Equal([0, 1, 2], filters.Select(filter => filter.GetProperty("filter").GetInt32()));
        Assert.All(filters, filter =>
            Assert.InRange(filter.GetProperty("strongestSampleActivation").GetDouble(), double.MinValue, filter.GetProperty("activation").GetDouble()));
        using SKBitmap? drawn = SKBitmap.Decode(_folder["m.png"]);
        Assert.True(drawn is { Width: > 800 });
    }

    [Theory]
    [InlineData("has no convolution 'cnov1'; it has conv1; did you mean 'conv1'?", "filters", "j", "--layer", "cnov1")]
    [InlineData("--scale 'fliter' is not known: it is layer or filter; did you mean 'filter'?", "filters", "j", "--scale", "fliter")]
    [InlineData("does not end in .png", "filters", "j", "--out", "k.jpg")]
    [InlineData("does not end in .webp", "filters", "j", "--animate", "--out", "k.png")]
    [InlineData("leave --before out", "filters", "j", "--animate", "--before", "j")]
    [InlineData("job 'k' is not in the store", "filters", "k")]
    public async Task Filters_mistake_isOneLineAndNoFile(string fragment, params string[] args)
    {
        await TrainAsync();
        string[] before = _folder.Listing();

        Assert.Equal(2, await CommandLine.RunAsync([.. args, "--store", _folder["jobs"]], Context()));

        Assert.Contains(fragment, Assert.Single(_output.Failed), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }

    [Fact]
    public async Task Filters_modelWithoutConvolution_saysSo()
    {
        await TrainAsync(
            model: """{"name": "flat", "input": [6, 6, 1], "layers": [{"type": "flatten"}, {"type": "dense", "units": 4, "activation": "softmax"}]}""");
        Assert.Empty(_output.Warned);

        foreach (string[] mode in (string[][])[[], ["--animate"]])
        {
            _output.Failed.Clear();
            Assert.Equal(2, await CommandLine.RunAsync(["filters", "j", .. mode, "--store", _folder["jobs"]], Context()));
            Assert.Contains("no convolution", Assert.Single(_output.Failed), StringComparison.Ordinal);
        }
    }

    private LayerKernels Initial => LayerKernels.Initial(Job.Spec.ReadModel(), Job.Spec.Seed)[0];

    private LayerKernels Trained => LayerKernels.Of(Job.LatestVerified(out _)!.Snapshot, "j")[0];

    /// <summary>The colours that a layer's weights have.</summary>
    private static HashSet<SKColor> Colours(KernelScale scale, params LayerKernels[] times) =>
        [.. times.SelectMany(
            layer => Enumerable.Range(0, layer.Shape.OutC).SelectMany(filter => layer.Plane(0, filter).Select(weight => scale.Colour(filter, weight))))];

    private static HashSet<SKColor> ColoursOf(string path)
    {
        using SKBitmap bitmap = SKBitmap.Decode(path);
        return ColoursOf(bitmap);
    }

    private static HashSet<SKColor> ColoursOf(SKBitmap bitmap) => [.. bitmap.Pixels];

    private CliContext Context() => new(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken);

    private Task<JsonElement> TrainAsync(params string[] more) => TrainAsync(TinyData.Model, more);

    private async Task<JsonElement> TrainAsync(string model, string[]? more = null)
    {
        string data = TinyData.WriteIdx(_folder["data"]), file = _folder.Write("tiny.json", model);
        return await RunAsync(
            ["train", "--data", $"idx:{data}", "--model", file, "--steps", "20", "--batch", "8", "--snapshot-every", "7", "--local", "--threads", "1", "--job",
                "j", "--json", .. more ?? []]);
    }

    /// <summary>Runs a command that succeeds, with <c>--json</c>.</summary>
    private async Task<JsonElement> RunAsync(params string[] args)
    {
        _output.Resulted.Clear();
        int exitCode = await CommandLine.RunAsync([.. args, "--store", _folder["jobs"]], Context());
        Assert.True(exitCode == 0, string.Join('\n', _output.Failed));
        return JsonDocument.Parse(_output.Resulted[^1]).RootElement;
    }
}
