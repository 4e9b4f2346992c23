using System.Text.Json;
using DistConv.Cli.Tests.Support;
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
    [InlineData("")]
    [InlineData("--clip-norm 0.5 --schedule cosine --optimizer sgd --momentum 0.9 --learning-rate 0.1 --weight-decay 0.001")]
    public async Task Train_anyNumberOfSilos_hasTheBitsOfTheControlRun(string options)
    {
        string[] train = ["train", .. ClusterRun.Tiny, "--steps", "25", "--quiet", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        JsonElement local = await _run.JsonAsync([.. train, "--local"]);
        foreach (int silos in (int[])[2, 3, 5, 7])
        {
            JsonElement json = await _run.JsonAsync([.. train, "--silos", $"{silos}"]);
            Assert.Equal(ClusterRun.Digest(local), ClusterRun.Digest(json));
            Assert.Equal(local.GetProperty("testAccuracy").GetDouble(), json.GetProperty("testAccuracy").GetDouble());
            Assert.Equal(silos, ClusterRun.Processes(json).Distinct().Count());
            Assert.Equal(Enumerable.Range(0, 7), Shards(json));
        }
    }

    [Theory]
    [InlineData(8, "")]
    [InlineData(12, "")]
    [InlineData(8, "--clip-norm 1 --schedule cosine")]
    [InlineData(12, "--clip-norm 1 --schedule cosine")]
    public async Task Train_mnist_anyNumberOfSilos_hasTheGoldenWeights(int shards, string options)
    {
        string data = Mnist() ?? throw new InvalidOperationException("skipped before");
        string[] train = ["train", "--data", "mnist", "--data-dir", data, "--model", "keras1-mnist-cnn", "--steps", "40", "--seed", "7", "--shards", $"{shards}", "--json", "--quiet"];
        string golden = Golden($"shards {shards}{(options.Length > 0 ? $" {options}" : "")}");
        foreach (int silos in (int[])[1, 2, 3, 5])
        {
            JsonElement json = await _run.JsonAsync([.. train, "--silos", $"{silos}", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
            Assert.Equal((silos, golden), (silos, ClusterRun.Digest(json)));
            Assert.Equal(silos, ClusterRun.Processes(json).Distinct().Count());
            Assert.Equal(Enumerable.Range(0, shards), Shards(json));
        }
    }

    [Fact]
    public async Task Train_runsAtTheSameTime_doNotDisturbEachOther()
    {
        TemporaryFolder other = new();
        using (other)
        {
            ClusterRun.WriteTiny(other);
            ClusterRun elsewhere = new(other);
            string[] train = ["train", .. ClusterRun.Tiny, "--steps", "300", "--quiet", "--job", "a"];
            string[] otherSeed = [.. train, "--job", "b", "--seed", "4"];
            string first = ClusterRun.Digest(await _run.JsonAsync([.. train, "--job", "first", "--local"]));
            string second = ClusterRun.Digest(await _run.JsonAsync([.. otherSeed, "--job", "second", "--local"]));
            Assert.NotEqual(first, second);

            JsonElement[] runs = await Task.WhenAll(
                _run.JsonAsync([.. train, "--silos", "2"]), _run.JsonAsync([.. otherSeed, "--silos", "2"]), elsewhere.JsonAsync([.. train, "--silos", "2"]));

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

    /// <summary>The folder of real MNIST: what <c>DISTCONV_DATA</c> names, or <c>shared/data</c> beside the repository.</summary>
    private static string? Mnist()
    {
        List<string> folders = [];
        if (Environment.GetEnvironmentVariable("DISTCONV_DATA") is { Length: > 0 } named) folders.Add(named);
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            folders.Add(Path.Combine(folder.FullName, "shared", "data"));
        string? found = folders.Find(folder => File.Exists(Path.Combine(folder, "mnist", "train-images-idx3-ubyte"))
            || File.Exists(Path.Combine(folder, "mnist", "train-images-idx3-ubyte.gz")));
        Assert.SkipWhen(found is null, "needs MNIST in the folder that DISTCONV_DATA names (distconv data fetch mnist)");
        return found;
    }
}
