using System.CommandLine;
using DistConv.Cli.Application;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Running;
using DistConv.Cli.Tests.Support;
using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Optimizers;
using Xunit;

namespace DistConv.Cli.Tests.Options;

public sealed class TrainOptionsTests
{
    [Fact]
    public void Read_noOptions_givesTheDocumentedDefaults()
    {
        TrainRequest request = Read("");
        Assert.Equal(("digits", "keras1-mnist-cnn", "adam"), (request.Data, request.Model, request.Optimizer));
        Assert.Equal((128, 8, 1UL), (request.Batch, request.Shards, request.Seed));
        Assert.Null(request.Samples);
        Assert.Null(request.Epochs);
        Assert.Null(request.Steps);
        Assert.Null(request.Job);
        Assert.Equal("distconv-jobs", request.Run.Store.Directory);
        Assert.Equal("", request.Run.Store.Argument);
        Assert.Equal(Environment.ProcessorCount, request.Run.Threads);
        Assert.Null(request.Run.DataFolders.ForNew);
        Assert.False(request.Run.Local || request.Run.Json || request.Run.Quiet || request.Run.ConsoleTelemetry);
    }

    [Fact]
    public void Read_allOptions_areTaken()
    {
        TrainRequest request = Read(
            "--data mnist --data-dir d --model m.json --samples 1003 --steps 20 --stop-at 7 --batch 100 --shards 7 --optimizer sgd --learning-rate 0.5 --momentum 0.9 "
            + "--nesterov --seed 18446744073709551615 --threads 3 --store s --job j --out o --snapshot-every 4 --local --json --quiet");
        Assert.Equal(("mnist", "m.json", "sgd", "j", "o"), (request.Data, request.Model, request.Optimizer, request.Job, request.Out));
        Assert.Equal((1003, 20L, 100, 7, ulong.MaxValue), (request.Samples, request.Steps, request.Batch, request.Shards, request.Seed));
        Assert.Equal((0.5f, 0.9f, true), (request.LearningRate, request.Momentum, request.Nesterov));
        Assert.Equal((7L, 4L, 3), (request.Run.StopAt, request.Run.SnapshotEverySteps, request.Run.Threads));
        Assert.Equal(("s", " --store s", "d"), (request.Run.Store.Directory, request.Run.Store.Argument, request.Run.DataFolders.ForNew));
        Assert.True(request.Run is { Local: true, Json: true, Quiet: true, ConsoleTelemetry: false });
        Assert.True(Read("--telemetry console").Run.ConsoleTelemetry);
    }

    [Fact]
    public void Read_environment_isUsedAfterOptions()
    {
        Dictionary<string, string> variables = new() { ["DISTCONV_STORE"] = "jobs", ["DISTCONV_DATA"] = "data" };
        TrainRequest fromEnvironment = Read("", variables);
        Assert.Equal(("jobs", "", "data"), (fromEnvironment.Run.Store.Directory, fromEnvironment.Run.Store.Argument, fromEnvironment.Run.DataFolders.ForNew));
        TrainRequest given = Read("--store here --data-dir there", variables);
        Assert.Equal(("here", "there"), (given.Run.Store.Directory, given.Run.DataFolders.ForNew));
        Assert.Equal("origin", fromEnvironment.Run.DataFolders.ForJob(new JobOrigin("origin")));
        Assert.Equal("there", given.Run.DataFolders.ForJob(new JobOrigin("origin")));
    }

    [Fact]
    public void OptimizerChoice_defaults_areKerass()
    {
        Assert.Equal(new OptimizerSpec("sgd", 0.01f), OptimizerChoice.Create("sgd"));
        Assert.Equal(new OptimizerSpec("adadelta", 1f, Rho: 0.95f, Epsilon: 1e-7f), OptimizerChoice.Create("adadelta"));
        Assert.Equal(new OptimizerSpec("adam", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f), OptimizerChoice.Create("adam"));
        Assert.Equal(new OptimizerSpec("sgd", 0.1f, Momentum: 0.9f, Nesterov: true), OptimizerChoice.Create("sgd", 0.1f, 0.9f, nesterov: true));
    }

    [Theory]
    [InlineData("--samples 1003 --batch 100 --shards 7 --steps 20", 1003, 20)]
    [InlineData("--samples 1000 --batch 100 --shards 5 --epochs 3", 1000, 30)]
    [InlineData("", 60_000, 938)]
    public void JobPlanner_lengths_becomeSteps(string options, int samples, long totalSteps)
    {
        JobSpec spec = JobPlanner.Plan(Read(options)).Spec;
        Assert.Equal((samples, totalSteps), (spec.Samples, spec.TotalSteps));
        Assert.Equal(("keras1-mnist-cnn", "digits"), (spec.ModelName, spec.Data));
    }

    [Fact]
    public void JobPlanner_equalRequests_giveEqualSpecifications() => Assert.Equal(JobPlanner.Plan(Read("")).Spec, JobPlanner.Plan(Read("")).Spec);

    [Fact]
    public void JobPlanner_idxFolder_isNamedIdxAndRemembered()
    {
        using TemporaryFolder folder = new();
        TinyData.WriteIdx(folder["data"]);
        PlannedJob planned = JobPlanner.Plan(Read($"--data idx:{folder["data"]} --model {folder.Write("tiny.json", TinyData.Model)}"));
        Assert.Equal(("idx", "tiny", 203), (planned.Spec.Data, planned.Spec.ModelName, planned.Spec.Samples));
        Assert.Equal(folder["data"], planned.DataDirectory);
    }

    [Fact]
    public void Read_epochsAndSteps_excludeEachOther() =>
        Assert.Contains("--epochs and --steps", Assert.Throws<InvalidInputException>(() => Read("--epochs 1 --steps 1")).Message, StringComparison.Ordinal);

    private static TrainRequest Read(string options, Dictionary<string, string>? variables = null)
    {
        Command command = new("train");
        TrainOptions known = new();
        known.AddTo(command);
        CliContext context = new(new RecordingOutput(), TimeProvider.System, name => variables?.GetValueOrDefault(name), TestContext.Current.CancellationToken);
        ParseResult parsed = command.Parse(options.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(parsed.Errors);
        return known.Read(parsed, context);
    }
}
