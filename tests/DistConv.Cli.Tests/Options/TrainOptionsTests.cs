using System.CommandLine;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Reports;
using DistConv.Cli.Tests.Support;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Core;
using DistConv.Silo.Exporters;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Cli.Tests.Options;

public sealed class TrainOptionsTests
{
    [Fact]
    public void Read_noOptions_givesTheDocumentedDefaults()
    {
        TrainRequest request = Read("");
        Assert.Equal(("digits", null, null), (request.Data, request.Model, request.Optimizer));
        Assert.Equal(((int?)null, (int?)null, 1UL), (request.Batch, request.Shards, request.Seed));
        Assert.Null(request.Samples);
        Assert.Null(request.Epochs);
        Assert.Null(request.Steps);
        Assert.Null(request.Job);
        Assert.Equal((null, 0L, null, null), (request.Schedule, request.Warmup, request.ClipNorm, request.WeightDecay));
        Assert.Equal("distconv-jobs", request.Run.Store.Directory);
        Assert.Equal("", request.Run.Store.Argument);
        Assert.Equal(Environment.ProcessorCount, request.Run.Threads);
        Assert.Null(request.Run.Data.ForNew);
        Assert.False(request.Run.Local || request.Run.Json || request.Run.Quiet || request.Run.Telemetry is not null);
    }

    [Fact]
    public void Read_allOptions_areTaken()
    {
        TrainRequest request = Read(
            "--data mnist --data-dir d --model m.json --samples 1003 --steps 20 --stop-at 7 --batch 100 --shards 7 --optimizer sgd --learning-rate 0.5 "
                + "--momentum 0.9 "
            + "--nesterov --weight-decay 0.1 --schedule step:2:0.5 --warmup 3 --clip-norm 1.5 --validation-split 0.25 --early-stop 3 --seed "
            + "18446744073709551615 --threads 3 --store s --job j --out o --snapshot-every 4 --local --json --quiet");
        Assert.Equal(("mnist", "m.json", "sgd", "j", "o"), (request.Data, request.Model, request.Optimizer, request.Job, request.Out));
        Assert.Equal((1003, 20L, 100, 7, ulong.MaxValue), (request.Samples, request.Steps, request.Batch, request.Shards, request.Seed));
        Assert.Equal((0.5f, 0.9f, true), (request.LearningRate, request.Momentum, request.Nesterov));
        Assert.Equal((0.1f, "step:2:0.5", 3L, 1.5f), (request.WeightDecay, request.Schedule, request.Warmup, request.ClipNorm));
        Assert.Equal((0.25, 3), (request.ValidationSplit, request.EarlyStop));
        Assert.Equal((7L, 4L, 3), (request.Run.StopAt, request.Run.SnapshotEverySteps, request.Run.Threads));
        Assert.Equal(("s", " --store s", "d"), (request.Run.Store.Directory, request.Run.Store.Argument, request.Run.Data.ForNew));
        Assert.True(request.Run is { Local: true, Json: true, Quiet: true, Telemetry: null });
        Assert.Equal(new TelemetryOptions { Console = true }, Read("--telemetry console").Run.Telemetry);
        Assert.Equal(new TelemetryOptions { Otlp = new OtlpTarget() }, Read("--telemetry otlp").Run.Telemetry);
        Assert.Equal(
            new TelemetryOptions { Console = true, Otlp = new OtlpTarget(OtlpTransport.Http, new Uri("https://collector:4318/otlp")) },
            Read("--telemetry console,otlp:http=https://collector:4318/otlp").Run.Telemetry);
    }

    [Fact]
    public void Read_environment_isUsedAfterOptions()
    {
        Dictionary<string, string> variables = new() { ["DISTCONV_STORE"] = "jobs", ["DISTCONV_DATA"] = "data" };
        TrainRequest fromEnvironment = Read("", variables);
        Assert.Equal(("jobs", "", "data"), (fromEnvironment.Run.Store.Directory, fromEnvironment.Run.Store.Argument, fromEnvironment.Run.Data.ForNew));
        TrainRequest given = Read("--store here --data-dir there", variables);
        Assert.Equal(("here", "there"), (given.Run.Store.Directory, given.Run.Data.ForNew));
        Assert.Equal("origin", fromEnvironment.Run.Data.ForJob(new JobOrigin("origin")));
        Assert.Equal("there", given.Run.Data.ForJob(new JobOrigin("origin")));
    }

    [Fact]
    public void OptimizerChoice_defaults_areKerass()
    {
        Assert.Equal(new OptimizerSpec("sgd", 0.01f), OptimizerChoice.Create("sgd"));
        Assert.Equal(new OptimizerSpec("adadelta", 1f, Rho: 0.95f, Epsilon: 1e-7f), OptimizerChoice.Create("adadelta"));
        Assert.Equal(new OptimizerSpec("adam", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f), OptimizerChoice.Create("adam"));
        Assert.Equal(new OptimizerSpec("adamw", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f, WeightDecay: 0.004f), OptimizerChoice.Create("adamw"));
        Assert.Equal(new OptimizerSpec("rmsprop", 0.001f, Rho: 0.9f, Epsilon: 1e-7f), OptimizerChoice.Create("rmsprop"));
        Assert.Equal(new OptimizerSpec("sgd", 0.1f, Momentum: 0.9f, Nesterov: true), OptimizerChoice.Create("sgd", 0.1f, 0.9f, nesterov: true));
        Assert.Equal(0f, OptimizerChoice.Create("adamw", weightDecay: 0).WeightDecay);
    }

    [Theory]
    [InlineData("", 0, null)]
    [InlineData("constant", 0, null)]
    [InlineData("constant", 5, "constant")]
    [InlineData("cosine", 0, "cosine")]
    [InlineData("cosine:0.25", 5, "cosine:0.25")]
    [InlineData("step:3:0.1", 0, "step:3:0.1")]
    [InlineData("exponential:0.95", 0, "exponential:0.95")]
    [InlineData("one-cycle", 0, "one-cycle:0.3:0.04:4E-06")]
    [InlineData("one-cycle:0.5:0.1:0", 0, "one-cycle:0.5:0.1:0")]
    [InlineData("restarts:2", 5, "restarts:2:1")]
    [InlineData("restarts:2:3:0.1", 0, "restarts:2:3:0.1")]
    [InlineData("plateau:3", 0, "plateau:3:0.1")]
    [InlineData("plateau:3:0.5:0.01", 5, "plateau:3:0.5:0.01")]
    [InlineData("range:0.001", 0, "range:0.001")]
    public void ScheduleText_everyForm_isReadAndWritten(string form, long warmup, string? text)
    {
        ScheduleSpec? schedule = ScheduleText.Parse(form.Length == 0 ? null : form, warmup);
        Assert.Equal(text, schedule is null ? null : ScheduleText.Format(schedule));
        Assert.Equal(text is null ? 0 : warmup, schedule?.WarmupSteps ?? 0);
    }

    [Theory]
    [InlineData(60_000, "0.1", 54_000)]
    [InlineData(1000, "0.3", 700)]
    [InlineData(203, "0.5", 101)]
    public void JobPlanner_validationSplit_takesTheLastSamples(int samples, string split, int training)
    {
        JobSpec spec = Plan($"--samples {samples} --validation-split {split}").Specification;
        Assert.Equal((training, samples - training), (spec.Samples, spec.ValidationSamples));
    }

    [Fact]
    public void Read_recipe_givesItsSettings()
    {
        TrainRequest request = Read("--recipe keras-mnist-cnn");
        Assert.Equal(("mnist", "keras2-mnist-cnn", "adadelta", 1f), (request.Data, request.Model, request.Optimizer, request.LearningRate));
        Assert.Equal((128, 12), (request.Batch, request.Epochs));
    }

    [Fact]
    public void Read_recipe_isOverriddenByOptions()
    {
        TrainRequest request = Read("--recipe fast-mnist --data digits --steps 20 --warmup 5 --batch 32 --schedule constant");
        Assert.Equal(("digits", "mnist-vgg", 32, 5L, "constant"), (request.Data, request.Model, request.Batch, request.Warmup, request.Schedule));
        Assert.Equal((null, 20L), (request.Epochs, request.Steps));
    }

    [Fact]
    public void Read_recipeForAFolder_isOverriddenByOptions()
    {
        TrainRequest request = Read("--recipe cifar10-resnet20 --data images:d --image-color grey");
        Assert.Equal(("images:d", "resnet20", "sgd", "flip,crop:4"), (request.Data, request.Model, request.Optimizer, request.Augment));
        Assert.Equal(((32, 32), true, 0.1), (request.Images.Size, request.Images.IsGrey, request.Images.TestShare));
        Assert.Equal(((64, 64), 600L, null), (Read("--recipe small-folder --data images:d").Images.Size, Read("--recipe small-folder --data images:d").Steps,
            Read("--recipe small-folder --data images:d").Epochs));
        TrainRequest epochs = Read("--recipe small-folder --data images:d --epochs 3 --image-size 32x48");
        Assert.Equal((3, null, (32, 48)), (epochs.Epochs, epochs.Steps, epochs.Images.Size));
        Assert.Contains("--recipe small-folder is for your own pictures", Assert.Throws<InvalidInputException>(() => Read("--recipe small-folder")).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Read_recipeWithAnotherOptimizer_takesThatOnesDefaults()
    {
        TrainRequest request = Read("--recipe keras-mnist-cnn --optimizer adamw");
        Assert.Equal(("adamw", null, 12), (request.Optimizer, request.LearningRate, request.Epochs));
    }

    [Fact]
    public void Recipes_everyOne_isAJobOnDigits()
    {
        foreach (Recipe recipe in Recipes.All) Plan($"--recipe {recipe.Name} --data digits");
    }

    [Fact]
    public void TrainingText_everySetting_isNamed()
    {
        JobSpec spec = Plan("--optimizer adamw --schedule cosine --warmup 100 --clip-norm 1").Specification;
        Assert.EndsWith(
            "ends after 1 epoch without a lower held-out loss", TrainingText.Describe(spec with { EarlyStopPatience = 1 }), StringComparison.Ordinal);
        Assert.EndsWith(
            "ends after 3 epochs without a lower validation loss",
            TrainingText.Describe(spec with { EarlyStopPatience = 3, ValidationSamples = 1 }),
            StringComparison.Ordinal);
        Assert.Equal(
            "adamw, learning rate 0.001, weight decay 0.004, schedule cosine after 100 warm-up steps, gradient norm at most 1", TrainingText.Describe(spec));
        Assert.Equal("adam, learning rate 0.001", TrainingText.Describe(Plan("").Specification));
    }

    [Theory]
    [InlineData("--samples 1003 --batch 100 --shards 7 --steps 20", 1003, 20)]
    [InlineData("--samples 1000 --batch 100 --shards 5 --epochs 3", 1000, 30)]
    [InlineData("", 60_000, 938)]
    public void JobPlanner_lengths_becomeSteps(string options, int samples, long totalSteps)
    {
        JobSpec spec = Plan(options).Specification;
        Assert.Equal((samples, totalSteps), (spec.Samples, spec.TotalSteps));
        Assert.Equal(("keras1-mnist-cnn", "digits"), (spec.ModelName, spec.Data));
    }

    [Fact]
    public void JobPlanner_equalRequests_giveEqualSpecifications() => Assert.Equal(Plan("").Specification, Plan("").Specification);

    [Fact]
    public void JobPlanner_idxFolder_isNamedIdxAndRemembered()
    {
        using TemporaryFolder folder = new();
        TinyData.WriteIdx(folder["data"]);
        TrainingPlan planned = Plan($"--data idx:{folder["data"]} --model {folder.Write("tiny.json", TinyData.Model)}");
        Assert.Equal(("idx", "tiny", 203), (planned.Specification.Data, planned.Specification.ModelName, planned.Specification.Samples));
        Assert.Equal(folder["data"], planned.DataDirectory);
    }

    [Fact]
    public void Read_cluster_comesFromOptionThenEnvironment()
    {
        Dictionary<string, string> variables = new() { ["DISTCONV_CLUSTER"] = "redis://env", ["DISTCONV_CLUSTER_ID"] = "blue", ["DISTCONV_STORE"] = "jobs" };
        ClusterChoice? environment = Read("", variables).Run.Cluster;
        Assert.Equal(("cluster 'blue' at redis://env:6379", ""), (environment?.Name.Name, environment?.Name.Argument));
        ClusterChoice? given = Read("--cluster redis://given:7000 --cluster-id green", variables).Run.Cluster;
        Assert.Equal(("cluster 'green' at redis://given:7000", " --cluster redis://given:7000 --cluster-id green"), (given?.Name.Name, given?.Name.Argument));
        Assert.Equal("distconv", Read("--cluster redis://given").Run.Cluster?.ClusterId);
        Assert.True(Read("--detach", variables).Run.Detach);
        Assert.Null(Read("").Run.Cluster);
    }

    [Theory]
    [InlineData("--local")]
    [InlineData("--silos 2")]
    [InlineData("--store here --threads 2")]
    public void Read_placeOnThisMachine_goesBeforeTheEnvironmentsCluster(string options) =>
        Assert.Null(Read(options, new() { ["DISTCONV_CLUSTER"] = "redis://env" }).Run.Cluster);

    [Theory]
    [InlineData("--threads 2", "--threads has no effect with the cluster that DISTCONV_CLUSTER names", "--silos 1")]
    [InlineData("--telemetry console", "--telemetry has no effect with the cluster that DISTCONV_CLUSTER names", "--silos 1")]
    [InlineData("--cluster redis://given --threads 2", "--threads has no effect with --cluster", "leave it out")]
    [InlineData("--cluster redis://given --local", "--cluster and --local exclude each other", "leave one of the two out")]
    [InlineData("--cluster redis://given --silos 1", "--cluster and --silos exclude each other", "leave one of the two out")]
    [InlineData("--cluster redis://given --store here", "--cluster and --store exclude each other", "leave one of the two out")]
    [InlineData("--local --cluster-id blue", "--cluster-id needs --cluster, which --local excludes", "leave it out")]
    [InlineData("--local --detach", "--detach needs a cluster", "distconv serve")]
    [InlineData("--detach --out o", "--out needs the job's end", "jobs watch JOB --out DIR")]
    public void Read_optionsThatContradictACluster_areErrors(string options, string what, string instead)
    {
        string message = Assert.Throws<InvalidInputException>(() => Read(options, new() { ["DISTCONV_CLUSTER"] = "redis://env" })).Message;
        Assert.StartsWith(what, message, StringComparison.Ordinal);
        Assert.Contains(instead, message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_epochsAndSteps_excludeEachOther() =>
        Assert.Contains("--epochs and --steps", Assert.Throws<InvalidInputException>(() => Read("--epochs 1 --steps 1")).Message, StringComparison.Ordinal);

    private static TrainingPlan Plan(string options)
    {
        TrainRequest request = Read(options);
        return JobPlanner.PlanAsync(request.ToTrainingRequest(), request.Run.Data, TestContext.Current.CancellationToken).GetAwaiter().GetResult();
    }

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
