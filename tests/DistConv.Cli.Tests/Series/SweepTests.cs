using System.CommandLine;
using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Sweep;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Core;
using Xunit;

namespace DistConv.Cli.Tests.Series;

/// <summary><c>distconv sweep</c>.</summary>
public sealed class SweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly CliRun _cli;

    public SweepTests()
    {
        _cli = new CliRun(_folder);
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    private string[] Tiny => ["sweep", "--data", $"idx:{_folder["data"]}", "--model", _folder["tiny.json"], "--shards", "2", "--job", "g"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Sweep_aJobFails_theOthersAreComparedBestFirst()
    {
        string[] grid =
            [.. Tiny, "--local", "--epochs", "2", "--batch", "16", "--optimizer", "sgd", "--vary", "learning-rate=0.0001,0.3", "--vary", "weight-decay=1e38,0"];
        RecordingOutput output = await _cli.RunAsync(1, [.. grid, "--csv", _folder["t.csv"]]);
        string[] rows = output.Resulted[^3].Split('\n');
        Assert.Equal(1 + 2, rows.Length);
        Assert.Matches("^LEARNING-RATE +WEIGHT-DECAY +ACCURACY +LOSS +JOB$", rows[0]);
        Assert.Matches("^0.3 +0 ", rows[1]);
        Assert.Matches("^0.0001 +0 ", rows[2]);
        Assert.Equal("figures of held-out samples after the last epoch; they decide the order, so the first row looks better than it is (--validation-split)",
            output.Resulted[^2]);
        Assert.Matches("^2 of 4 jobs failed: g-[0-9a-f]{8}, g-[0-9a-f]{8}$", output.Failed[^1]);

        string[] lines = File.ReadAllLines(_folder["t.csv"]);
        Assert.Equal("job,learning-rate,weight-decay,testAccuracy,testLoss,steps,weightsDigest", lines[0]);
        double[] accuracies = [.. lines.Skip(1).Select(line => double.Parse(line.Split(',')[3]))];
        Assert.Equal(accuracies.OrderDescending(), accuracies);

        // Continued with one value more, only its jobs are trained.
        JsonElement more = await _cli.JsonAsync(0, [.. grid[..^1], "weight-decay=0", "--vary", "learning-rate=0.1"]);
        Assert.Equal([true, true, false], more.GetProperty("jobs").EnumerateArray().Select(job => job.GetProperty("doneBefore").GetBoolean()));
        Assert.Equal(3, more.GetProperty("table").GetArrayLength());
    }

    [Fact]
    public async Task Sweep_withSeedsThroughGrains_averagesOverThem()
    {
        JsonElement series = await _cli.JsonAsync(
            0, [.. Tiny, "--threads", "1", "--steps", "12", "--batch", "16", "--vary", "optimizer=adam,adamw", "--seeds", "1-2", "--parallel", "2"]);
        Assert.Equal(["optimizer", "seed"], series.GetProperty("varied").EnumerateArray().Select(name => name.GetString()));
        JsonElement[] jobs = [.. series.GetProperty("jobs").EnumerateArray()], rows = [.. series.GetProperty("table").EnumerateArray()];
        Assert.Equal((4, 2), (jobs.Length, rows.Length));
        foreach (JsonElement row in rows)
        {
            double[] losses = [.. jobs
                .Where(job => job.GetProperty("varied").GetProperty("optimizer").GetString() == row.GetProperty("optimizer").GetString())
                .Select(job => job.GetProperty("testLoss").GetDouble())];
            Assert.Equal(losses.Average(), row.GetProperty("testLoss").GetProperty("mean").GetDouble(), 12);
            Assert.Equal(2, row.GetProperty("jobs").GetArrayLength());
        }
    }

    [Fact]
    public async Task Sweep_problemsOfCombinations_areNamedTogetherBeforeAnyIsTrained()
    {
        string[] before = _folder.Listing();
        string line = await _cli.RefusalAsync([.. Tiny, "--local", "--steps", "3", "--vary", "optimizer=sgd,adam,adan", "--vary", "momentum=default,0.9"]);
        Assert.StartsWith("3 of 6 jobs cannot be trained: --momentum belongs to --optimizer sgd; adam has no such setting (optimizer adam, momentum 0.9); ",
            line, StringComparison.Ordinal);
        Assert.Contains("did you mean 'adam'?", line, StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }

    [Theory]
    [InlineData("--vary lerning-rate=0.1", "--vary has 'lerning-rate', which cannot be varied; choose one of: model, recipe,")]
    [InlineData("--vary lerning-rate=0.1", "did you mean 'learning-rate'?")]
    [InlineData("--vary batch", "--vary has 'batch', which has no values; give batch=VALUE,VALUE")]
    [InlineData("--vary batch=8,,16", "in which a value is empty; 'default' leaves the option out")]
    [InlineData("--vary batch=8,8", "--vary has a value of 'batch' twice")]
    [InlineData("--vary seed=1-9 --vary batch=8,9,10,11,12,13,14,15", "--vary makes 72 jobs (9 of seed × 8 of batch), and a sweep has at most 64")]
    [InlineData("--vary batch=8 --vary data=mnist", "--vary has 'data', which cannot be varied")]
    [InlineData("--vary batch=8,16 --batch 32", "--batch is given, and --vary has 'batch'; leave one of them out")]
    [InlineData("--vary seed=1,2 --seeds 1-3", "--seeds is given, and --vary has 'seed'")]
    [InlineData("--vary batch=many", "--batch is 'many'; give a whole number")]
    [InlineData("--vary learning-rate=0.1,0.10 --steps 3", "--vary makes the same job several times: learning-rate 0.1 and learning-rate 0.10")]
    [InlineData("--steps 3", "--vary is missing; say what differs between the jobs")]
    public async Task Sweep_wrongGrid_isOneLine(string options, string expected)
    {
        string[] before = _folder.Listing();
        Assert.Contains(expected, await _cli.RefusalAsync([.. Tiny, "--local", .. options.Split(' ')]), StringComparison.Ordinal);
        Assert.Equal(before, _folder.Listing());
    }

    [Fact]
    public void Parse_valuesWithCommas_areSeparatedByBars()
    {
        SweepGrid grid = SweepGrid.Parse(["augment=default|flip,crop:4", "augment=shift:0.1", "class-weights=balanced", "seed=1-2,9"], seeds: null);
        Assert.Equal(["augment", "class-weights", "seed"], grid.Names);
        Assert.Equal(9, grid.Combinations.Count);
        Assert.Equal(["default", "flip,crop:4", "shift:0.1"], grid.Combinations.Select(values => values[0]).Distinct());
        Assert.Equal("9", grid.Combinations[2][2]);
    }

    [Fact]
    public void Variables_everyOne_isAnOptionOfTrain()
    {
        CliContext context = new(new RecordingOutput(), TimeProvider.System, _ => null, TestContext.Current.CancellationToken);
        Command train = CommandLine.Create(context).Subcommands.Single(command => command.Name == "train");
        Assert.All(SweepGrid.Variables, name => Assert.Contains(train.Options, option => option.Name == $"--{name}"));
    }

    [Fact]
    public void Parse_hostileSeeds_areBounded() =>
        Assert.Throws<InvalidInputException>(() => SweepGrid.Parse(["seed=0-18446744073709551615,0-18446744073709551615"], seeds: null));
}
