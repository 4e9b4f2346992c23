using System.Globalization;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Jobs;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>What <c>jobs metrics</c> and <c>jobs compare</c> say about jobs that were interrupted.</summary>
public sealed class JobsMetricsTests : IDisposable
{
    private const int Steps = 42;
    private const string Train = "train --data idx:data --model tiny.json --batch 10 --epochs 2 --local --quiet --store jobs";

    private readonly TemporaryFolder _folder = new();

    public JobsMetricsTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Metrics_jobOfThreeRuns_hasEachStepOnceWithItsValues()
    {
        await RunAsync($"{Train} --job j --snapshot-every 4 --stop-at 10 --norms-every 5");
        await RunAsync("jobs resume j --store jobs --local --quiet --stop-at 25");
        await RunAsync("jobs resume j --store jobs --local --quiet");
        RecordTable table = new JobStore(_folder["jobs"]).Open("j").ReadRecordTable();

        string[][] rows = [.. (await RunAsync("jobs metrics j --store jobs")).OutputLines.Select(line => line.Split(','))];

        Assert.Equal(Enumerable.Range(0, Steps).Select(step => $"{step}"), rows.Skip(1).Select(row => row[Column("step")]));
        Assert.All(rows.Skip(1).Zip(table.Steps), pair => Assert.Equal(
            (pair.Second.Loss, pair.Second.Accuracy, pair.Second.Samples, pair.Second.Milliseconds / 1e3),
            (Number(pair.First, "loss"), Number(pair.First, "accuracy"), (int)Number(pair.First, "samples"), Number(pair.First, "seconds"))));
        Assert.Equal(["20", "41"], rows.Skip(1).Where(row => row[Column("test_loss")].Length > 0).Select(row => row[Column("step")]));
        Assert.Equal(
            table.Epochs.Select(epoch => epoch.TestLoss),
            rows.Skip(1).Where(row => row[Column("epoch")].Length > 0).Select(row => Number(row, "test_loss")));
        Assert.Equal(["0", "5", "10", "20"], rows.Skip(1).Where(row => row[Column("gradient_norm.dense1")].Length > 0).Select(row => row[0]).Take(4));
        Assert.Equal(2, table.Events.Count(happened => happened.Kind == JobEventKind.Resumed));

        int Column(string name) => Array.IndexOf(rows[0], name);
        double Number(string[] row, string name) => double.Parse(row[Column(name)], CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task Metrics_jsonLines_followedOrRead_areTheSameStepsAndEvents()
    {
        await RunAsync($"{Train} --job j --stop-at 10");
        await RunAsync("jobs resume j --store jobs --local --quiet");

        JsonElement[] read = Lines((await RunAsync("jobs metrics j --store jobs --format jsonl")).OutputLines);
        await RunAsync("jobs metrics j --store jobs --out j.jsonl --follow");
        JsonElement[] followed = Lines(File.ReadAllLines(_folder["j.jsonl"]));

        Assert.Equal(Enumerable.Range(0, Steps), Of(read, "step").Select(line => line.GetProperty("step").GetInt32()));
        Assert.Equal([1, 2], Of(read, "epoch").Select(line => line.GetProperty("epoch").GetInt32()));
        Assert.Equal(
            ["started", "stopped", "resumed", "done"],
            Of(read, "event").Select(line => line.GetProperty("kind").GetString()).Where(kind => kind != "snapshot"));
        Assert.Equal(read.Select(line => line.ToString()).Order(), followed.Select(line => line.ToString()).Order());

        static JsonElement[] Lines(IEnumerable<string> lines) => [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
        static IEnumerable<JsonElement> Of(JsonElement[] lines, string type) => lines.Where(line => line.GetProperty("type").GetString() == type);
    }

    [Theory]
    [InlineData("jobs metrics j --store jobs --format xml", "--format is 'xml'; give csv, jsonl or tensorboard")]
    [InlineData("jobs metrics j --store jobs --out j.txt", "--out 'j.txt': unrecognised file extension; name the format: --format csv, jsonl or tensorboard")]
    [InlineData("jobs compare j --store jobs", "a comparison needs at least two jobs")]
    public async Task Command_badInput_isRefusedInOneLine(string command, string message)
    {
        await RunAsync($"{Train} --job j --stop-at 1");

        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, command.Split(' '));

        Assert.Equal((2, $"distconv: {message}"), (result.ExitCode, Assert.Single(result.ErrorLines)));
        Assert.False(File.Exists(_folder["j.txt"]));
    }

    [Fact]
    public async Task Compare_jobsThatDifferInOneSetting_marksItAndNamesTheFirstDifferentStep()
    {
        await RunAsync($"{Train} --job a");
        await RunAsync($"{Train} --job b --learning-rate 0.002");
        await RunAsync($"{Train} --job c --stop-at 10");

        ProcessResult text = await RunAsync("jobs compare a b --store jobs");
        JsonElement json = JsonDocument.Parse((await RunAsync("jobs compare a b --store jobs --json")).OutputLines[^1]).RootElement;
        ProcessResult same = await RunAsync("jobs compare a c --store jobs");

        string rate = Assert.Single(text.OutputLines, line => line.StartsWith("optimizer.learningRate", StringComparison.Ordinal));
        Assert.EndsWith("differs", rate, StringComparison.Ordinal);
        Assert.Contains("the losses differ from step 1 on (of 42 steps that all have)", text.Output, StringComparison.Ordinal);
        Assert.Equal((1, 42), (json.GetProperty("firstDifferentStep").GetInt32(), json.GetProperty("commonSteps").GetInt32()));
        Assert.Equal("optimizer.learningRate", json.GetProperty("differences")[0].GetProperty("setting").GetString());
        Assert.Contains("the losses of all 10 common steps are the same, bit by bit", same.Output, StringComparison.Ordinal);
    }

    /// <summary>Snapshots of large models take seconds to read.</summary>
    [Fact]
    public async Task Compare_jobsThatHaveEnded_readsNoSnapshot()
    {
        await RunAsync($"{Train} --job a");
        await RunAsync($"{Train} --job b --seed 2");
        string before = (await RunAsync("jobs compare a b --store jobs --json")).OutputLines[^1];
        foreach (string path in Directory.GetFiles(_folder["jobs"], "*.dcs", SearchOption.AllDirectories)) File.WriteAllText(path, "damaged");

        Assert.Equal(before, (await RunAsync("jobs compare a b --store jobs --json")).OutputLines[^1]);
        Assert.Contains("\"weightsDigest\":\"sha256:", before, StringComparison.Ordinal);
    }

    private async Task<ProcessResult> RunAsync(string command)
    {
        ProcessResult result = await DistConvProcess.RunAsync(_folder.FullPath, command.Split(' '));
        Assert.True(result.ExitCode == 0, result.ToString());
        return result;
    }
}
