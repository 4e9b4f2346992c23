using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cluster.Tests;

/// <summary><c>--silos N</c>: the number of processes changes no bit.</summary>
public sealed class SilosTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ClusterRun _run;

    public SilosTests()
    {
        _run = new ClusterRun(_folder);
        ClusterRun.WriteTiny(_folder);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", 2, 3, 5, 7)]
    [InlineData("--clip-norm 0.5 --schedule cosine --optimizer sgd --momentum 0.9 --learning-rate 0.1 --weight-decay 0.001", 3, 7)]
    [InlineData("--augment flip,shift:0.1,erase:0.5,mixup --class-weights balanced --label-smoothing 0.1", 1, 2, 3)]
    public async Task Train_anyNumberOfSilos_hasTheBitsOfTheControlRun(string options, params int[] numbers)
    {
        string[] train = ["train", .. ClusterRun.Tiny, "--steps", "25", "--quiet", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        JsonElement local = await _run.JsonAsync([.. train, "--local"]);
        foreach (int silos in numbers)
        {
            JsonElement json = await _run.JsonAsync([.. train, "--silos", $"{silos}"]);
            Assert.Equal(ClusterRun.Digest(local), ClusterRun.Digest(json));
            Assert.Equal(local.GetProperty("testAccuracy").GetDouble(), json.GetProperty("testAccuracy").GetDouble());
            Assert.Equal(silos, ClusterRun.Processes(json).Distinct().Count());
            Assert.Equal(Enumerable.Range(0, 7), Shards(json));
        }
    }

    /// <summary>Frozen layers, adapted numbers, penalties and constraints: one silo and three.</summary>
    [Fact]
    public async Task Train_frozenLayersPenaltiesAndConstraints_hasTheBitsOfTheControlRun()
    {
        const string frozen = """
            "layers": [{"type": "normalization"}, {"type": "conv2d", "filters": 3, "kernel": 1, "trainable": false}, {"type": "batchnorm", "trainable": false},
            """;
        const string ruled = """
            "units": 4, "kernelRegularizer": {"l1": 0.001, "l2": 0.01}, "kernelConstraint": {"name": "max_norm", "max": 0.5}
            """;
        _folder.Write("ruled.json", TinyData.Model.Replace("\"layers\": [", frozen, StringComparison.Ordinal).Replace(
            "\"units\": 4", ruled, StringComparison.Ordinal));
        string[] tiny = [.. ClusterRun.Tiny.Select(word => word == "tiny.json" ? "ruled.json" : word)];
        string[] train = ["train", .. tiny, "--steps", "25", "--quiet", "--clip-norm", "0.5"];
        JsonElement local = await _run.JsonAsync([.. train, "--local"]);
        foreach (int silos in (int[])[1, 3])
        {
            JsonElement json = await _run.JsonAsync([.. train, "--silos", $"{silos}"]);
            Assert.Equal(ClusterRun.Digest(local), ClusterRun.Digest(json));
            Assert.Equal(silos, ClusterRun.Processes(json).Distinct().Count());
        }
    }

    /// <summary>Every layer that is random in training, before and behind layers that learn.</summary>
    [Fact]
    public async Task Train_variedPictures_anyNumberOfSilos_hasTheBitsOfTheControlRun()
    {
        const string Layers = """
            "layers": [{"type": "RandomFlip"}, {"type": "RandomTranslation", "height_factor": 0.2, "width_factor": [-0.1, 0.3]},
              {"type": "RandomRotation", "factor": 0.1, "fill_mode": "wrap"}, {"type": "RandomZoom", "height_factor": 0.3, "fill_mode": "nearest"},
              {"type": "RandomContrast", "factor": 0.5}, {"type": "RandomBrightness", "factor": 0.2, "value_range": [0, 1]},
              {"type": "RandomCrop", "height": 5, "width": 5}, {"type": "conv2d", "filters": 3, "kernel": 2, "activation": "relu"},
              {"type": "Resizing", "height": 6, "width": 7}, {"type": "CenterCrop", "height": 4, "width": 5},
              {"type": "RandomRotation", "factor": 0.5, "fill_mode": "constant", "interpolation": "nearest"},
            """;
        _folder.Write("tiny.json", TinyData.Model.Replace("\"layers\": [", Layers, StringComparison.Ordinal));
        string[] train = ["train", .. ClusterRun.Tiny, "--steps", "25", "--quiet"];
        string local = ClusterRun.Digest(await _run.JsonAsync([.. train, "--local"]));
        foreach (int silos in (int[])[1, 3]) Assert.Equal((silos, local), (silos, ClusterRun.Digest(await _run.JsonAsync([.. train, "--silos", $"{silos}"]))));
    }

    /// <summary>Options change neither shards nor silos, so two numbers of silos will do with them.</summary>
    [Theory]
    [InlineData(8, "", 1, 2, 3, 5)]
    [InlineData(12, "", 1, 2, 3, 5)]
    [InlineData(8, "--clip-norm 1 --schedule cosine", 1, 3)]
    [InlineData(12, "--clip-norm 1 --schedule cosine", 2, 5)]
    public async Task Train_mnist_anyNumberOfSilos_hasTheGoldenWeights(int shards, string options, params int[] numbers)
    {
        string data = RealMnist.DataFolder();
        string[] train = ["train", "--data", "mnist", "--data-dir", data, "--model", "keras1-mnist-cnn", "--steps", "40", "--seed", "7", "--shards",
            $"{shards}", "--json", "--quiet"];
        string golden = Golden($"shards {shards}{(options.Length > 0 ? $" {options}" : "")}");
        foreach (int silos in numbers)
        {
            JsonElement json = await _run.JsonAsync([.. train, "--silos", $"{silos}", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            Assert.Equal((silos, golden), (silos, ClusterRun.Digest(json)));
            Assert.Equal(silos, ClusterRun.Processes(json).Distinct().Count());
            Assert.Equal(Enumerable.Range(0, shards), Shards(json));
        }
    }

    [Fact]
    public async Task Train_drawnMnist_anyNumberOfSilos_hasTheWeightsOfALocalRun()
    {
        string[] train =
        [
            "train", "--data", "mnist", "--data-dir", DrawnMnist.Write(_folder["mnist"]), "--model", "keras1-mnist-cnn", "--steps", "4", "--seed", "7",
            "--shards", "12", "--json", "--quiet",
        ];
        string local = ClusterRun.Digest(await _run.JsonAsync([.. train, "--local"]));
        foreach (int silos in (int[])[1, 3]) Assert.Equal((silos, local), (silos, ClusterRun.Digest(await _run.JsonAsync([.. train, "--silos", $"{silos}"]))));
    }

    [Fact]
    public async Task Train_resnet20_anyNumberOfSilos_hasTheWeightsOfALocalRun()
    {
        string[] train =
        [
            "train", "--data", "idx:data", "--model", "resnet20", "--samples", "90", "--batch", "30", "--shards", "6", "--steps", "5", "--seed", "3",
            "--threads", "1", "--json", "--quiet",
        ];
        JsonElement local = await _run.JsonAsync([.. train, "--local"]);
        foreach (int silos in (int[])[1, 3])
        {
            JsonElement json = await _run.JsonAsync([.. train, "--silos", $"{silos}"]);
            Assert.Equal((silos, ClusterRun.Digest(local)), (silos, ClusterRun.Digest(json)));
            Assert.Equal(local.GetProperty("testLoss").GetDouble(), json.GetProperty("testLoss").GetDouble());
            Assert.Equal(silos, ClusterRun.Processes(json).Distinct().Count());
        }
    }

    [Fact]
    public async Task Train_runsAtTheSameTime_doNotDisturbEachOther()
    {
        using (TemporaryFolder other = new())
        {
            ClusterRun.WriteTiny(other);
            ClusterRun elsewhere = new(other);
            string[] train = ["train", .. ClusterRun.Tiny, "--steps", "300", "--quiet"];
            string[] longer = ["train", .. ClusterRun.Tiny, "--steps", "310", "--quiet", "--optimizer", "sgd"];
            string first = ClusterRun.Digest(await _run.JsonAsync([.. train, "--local"]));
            string second = ClusterRun.Digest(await _run.JsonAsync([.. longer, "--local"]));
            Assert.NotEqual(first, second);

            JsonElement[] runs = await Task.WhenAll(
                _run.JsonAsync([.. train, "--silos", "2"]), _run.JsonAsync([.. longer, "--silos", "2"]), elsewhere.JsonAsync([.. train, "--silos", "2"]));

            Assert.Equal([first, second, first], runs.Select(ClusterRun.Digest));
            Assert.Equal(6, runs.SelectMany(ClusterRun.Processes).Distinct().Count());
        }
    }

    [Fact]
    public async Task Train_unevenSilos_advisesAndShowsThem()
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, ["train", .. ClusterRun.Tiny, "--steps", "3", "--silos", "2", "--job", "j"]);
        Assert.Contains("7 shards divide unevenly over 2 silos", result.Errors, StringComparison.Ordinal);
        Assert.Contains("--shards 4 or 8", result.Errors, StringComparison.Ordinal);

        JsonElement shown = await _run.JsonAsync("jobs", "show", "j", "--json");
        Assert.Equal(ClusterRun.Processes(ClusterRun.Last(result)), ClusterRun.Processes(shown));
        ProcessResult table = await DistConvProcess.RunAsync(_folder.FullPath, "jobs", "show", "j");
        Assert.All(ClusterRun.Processes(shown), process => Assert.Contains($" {process} ", table.Output, StringComparison.Ordinal));
    }

    private static IEnumerable<int> Shards(JsonElement json) => json.GetProperty("siloProcesses").EnumerateArray()
        .SelectMany(silo => silo.GetProperty("shards").EnumerateArray()).Select(shard => shard.GetInt32()).Order();

    private static string Golden(string name)
    {
        string[] lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "Golden", "keras1-mnist-cnn-40-steps.txt"));
        return lines.Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
    }
}
