using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Clipping by the global norm, and a schedule, as they reach the weights.</summary>
public class ClippingTests
{
    [Fact]
    public void Step_limitAboveEveryNorm_changesNoBit() =>
        Assert.Equal(Train(TinyJobs.Spec(optimizer: TinyJobs.Adam)), Train(TinyJobs.Spec(optimizer: TinyJobs.Adam) with { ClipNorm = 1e6f }));

    [Fact]
    public void Step_constantSchedule_changesNoBit() =>
        Assert.Equal(Train(TinyJobs.Spec()), Train(TinyJobs.Spec() with { Schedule = new ScheduleSpec("constant") }));

    [Theory]
    [InlineData(0.01f)]
    [InlineData(0.5f)]
    public void Step_sgdWithALimit_movesByRateTimesLimit(float limit)
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Sgd, steps: 5) with { ClipNorm = limit };
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        float[] before = trainer.Replica.Weights.ToArray();

        trainer.Step();

        double[] moves = [.. before.Zip(trainer.Replica.Weights.ToArray(), (a, b) => (double)b - a)];
        Assert.InRange(Math.Sqrt(moves.Sum(move => move * move)) / (0.1 * limit), 0.9999, 1.0001);
    }

    [Fact]
    public void Step_anyThreadsAndKernelSet_sameBits()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Wide, TinyJobs.Adam, steps: 12) with { ClipNorm = 0.3f, Schedule = new ScheduleSpec("cosine", WarmupSteps: 3) };
        var digests = new HashSet<string>();
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            for (int threads = 1; threads <= 3; threads++) digests.Add(Train(spec, kernels, threads));
        }

        Assert.Single(digests);
        Assert.DoesNotContain(Train(spec with { ClipNorm = null }), digests);
        Assert.DoesNotContain(Train(spec with { Schedule = null }), digests);
    }

    /// <summary>The job of the golden digests has steps of both kinds.</summary>
    [Theory]
    [InlineData(TinyJobs.Tiny)]
    [InlineData(TinyJobs.Wide)]
    public void Clipped_job_clipsSomeStepsAndNotOthers(string model)
    {
        JobSpec spec = TinyJobs.Spec(model, TinyJobs.Sgd).Clipped();
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        var clipped = new List<bool>();
        for (int step = 0; step < 25; step++)
        {
            StepOutcome outcome = trainer.Step();
            clipped.Add(GradientNormTests.Definition(trainer.Replica.Sums[0].Values.Span) / outcome.Totals.Samples > spec.ClipNorm);
        }

        Assert.Contains(true, clipped);
        Assert.Contains(false, clipped);
    }

    [Theory]
    [InlineData(0f)]
    [InlineData(-1f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void EnsureValid_limitOutOfRange_saysSo(float limit) => Assert.StartsWith(
        "clipNorm is ",
        Assert.Throws<InvalidInputException>(() => JobSpecCheck.EnsureValid(TinyJobs.Spec() with { ClipNorm = limit })).Message,
        StringComparison.Ordinal);

    private static string Train(JobSpec spec, KernelSet? kernels = null, int threads = 2)
    {
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, kernels ?? KernelSets.Supported[^1]);
        for (int step = 0; step < 12; step++) trainer.Step();
        return trainer.Digest();
    }
}
