using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Cli.Tests.Running;

public sealed class ScalingEstimateTests
{
    private readonly List<StepEntry> _record = [];

    /// <summary>The first ten steps do not count: 24 ms of computation and 1 ms of update are what the others say.</summary>
    [Fact]
    public void Look_oneSilo_saysOnceWhatMoreWouldBring()
    {
        ScalingEstimate estimate = Estimate(silos: 1, threads: 2, shards: 8);
        Record(10, compute: 500, exchange: 0, step: 600);
        Record(19, compute: 24, exchange: 0, step: 25.5);
        Assert.Null(estimate.Look(Status(29)));
        Assert.Null(estimate.Look(Status(30))); // The record is behind.
        Record(1, compute: 24, exchange: 0, step: 25.5);
        Assert.Equal(
            "a step takes 25.5 ms; on machines like this one, with 10 Gbit/s between them: 2 silos about 1.7 times one, 8 silos about 3.0 times one "
                + "(an estimate)",
            estimate.Look(Status(30)));
        Assert.Null(estimate.Look(Status(31)));
    }

    /// <summary>Two silos of one thread on two cores: each computes half of what one silo would, at its own speed.</summary>
    [Fact]
    public void Look_twoSilos_saysWhatTheExchangeTakes()
    {
        ScalingEstimate estimate = Estimate(silos: 2, threads: 1, shards: 8);
        Record(30, compute: 24, exchange: 1.2, step: 26.8);
        Assert.Equal(
            "the exchange takes 1.2 ms of a step's 26.8 ms; on machines like this one, with 10 Gbit/s between them: 4 silos about 3.6 times one, 8 silos "
                + "about 6.1 times one (an estimate)",
            estimate.Look(Status(30)));
    }

    [Theory]
    [InlineData(1, 1, null)]
    [InlineData(3, 3, "the exchange takes 1.0 ms of a step's 20.0 ms")]
    public void Look_noShardsForMoreSilos_hasNoEstimate(int silos, int shards, string? line)
    {
        ScalingEstimate estimate = Estimate(silos, threads: 1, shards);
        Record(30, compute: 18, exchange: 1, step: 20);
        Assert.Equal(line, estimate.Look(Status(30)));
    }

    /// <summary>A resumed job's earlier steps were measured by another run, perhaps elsewhere.</summary>
    [Fact]
    public void Look_resumedJob_takesOnlyItsOwnSteps()
    {
        ScalingEstimate estimate = Estimate(silos: 1, threads: 2, shards: 2, first: 100);
        Record(110, compute: 500, exchange: 0, step: 600);
        Assert.Null(estimate.Look(Status(110)));
        Record(20, compute: 24, exchange: 0, step: 25);
        Assert.StartsWith("a step takes 25.0 ms; ", estimate.Look(Status(130)), StringComparison.Ordinal);
    }

    private static JobStatus Status(long step) => new() { Job = "j", State = JobState.Running, Step = step };

    private ScalingEstimate Estimate(int silos, int threads, int shards, long first = 0)
    {
        ModelPlan model = ModelSpec.Load("keras1-mnist-cnn").Infer();
        JobSpec spec = new()
        {
            ModelName = model.Model.Name,
            ModelJson = model.Model.ToJson(),
            Data = "noise",
            DataFingerprint = "noise",
            Samples = 1280,
            TotalSteps = 1000,
            GlobalBatch = 128,
            Shards = shards,
            Seed = 1,
            Optimizer = OptimizerChoice.Create(OptimizerChoice.Default),
            NumericsVersion = NumericsVersion.Current,
        };
        RunRequest run = new() { Store = new StoreOptions("", ""), Threads = threads, Silos = silos };
        return new ScalingEstimate(spec, KernelSets.Select(), run, cores: 2, () => _record, first);
    }

    private void Record(int steps, double compute, double exchange, double step)
    {
        for (int i = 0; i < steps; i++)
        {
            _record.Add(new StepEntry(_record.Count, Loss: 1, Accuracy: 0, Samples: 128, step, [], LearningRate: null)
            {
                Timing = new StepTiming(compute, exchange, 0, Update: 1),
            });
        }
    }
}
