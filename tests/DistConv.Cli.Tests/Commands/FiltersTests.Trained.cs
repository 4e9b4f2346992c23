using System.Text.Json;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Evaluate;
using DistConv.Filters.Pictures;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using Xunit;

namespace DistConv.Cli.Tests.Commands;

/// <summary>What other commands say about the same job.</summary>
public sealed partial class FiltersTests
{
    [Fact]
    public async Task Evaluate_longNamesOfClasses_areNotCut()
    {
        await TrainAsync();
        SampleOutcome[] outcomes = [new(0, 0, 0.5f, 0.7), new(1, 2, 0.5f, 0.7), new(2, 2, 0.5f, 0.7), new(3, 3, 0.5f, 0.7)];
        string[] names = ["T-shirt/top", "Trouser", "Ankle boot", "Bag"];
        Snapshot snapshot = Job.LatestVerified(out _)!.Snapshot;
        EvaluationResult result = new(0.7, 0.75, 4, null);
        new EvaluationReport("p", snapshot, result, new ConfusionMatrix(4, outcomes), names, 1) { Data = "idx" }.Print(_output);

        Assert.All(names, name => Assert.Contains(name, string.Join('\n', _output.Resulted), StringComparison.Ordinal));
        Assert.Contains(_output.Resulted, table => table.StartsWith("ACTUAL \\ PREDICTED  0  1  2  3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_job_describesTheTrainedWeights()
    {
        await TrainAsync();
        JsonElement layer = await RunAsync("explain", "j", "--layer", "conv1", "--out", _folder["e.png"], "--json");
        JsonElement trained = layer.GetProperty("trained");
        float[] weights = Trained.Values.ToArray();

        Assert.Equal(20, trained.GetProperty("step").GetInt64());
        Assert.Equal(weights.Max(), trained.GetProperty("max").GetDouble(), 1e-6);
        Assert.Equal(weights.Average(), trained.GetProperty("mean").GetDouble(), 1e-6);
        Assert.InRange(trained.GetProperty("changed").GetDouble(), 1e-6, 100);
        Assert.Equal("What training has made of the filters", layer.GetProperty("text")[0].GetProperty("heading").GetString());
        Assert.Contains("after 20 of 20 steps", layer.GetProperty("text")[0].GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Superset(Colours(KernelScale.Of([Initial, Trained]), Initial, Trained), ColoursOf(_folder["e.png"])); // Before and after.

        JsonElement untrained = await RunAsync("explain", "j@0", "--layer", "conv1", "--out", _folder["e.png"], "--json");
        Assert.Equal(Initial.Values.ToArray().Max(), untrained.GetProperty("trained").GetProperty("max").GetDouble(), 1e-6);
        Assert.Equal(0, await CommandLine.RunAsync(["explain", "j", "--store", _folder["jobs"]], Context()));
        Assert.Contains(_output.Resulted, table => table.Contains("CHANGED", StringComparison.Ordinal) && table.Contains("conv1", StringComparison.Ordinal));
    }
}
