using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

public class LocalTrainerTests
{
    [Fact]
    public void Step_sameBatchAgainAndAgain_lossVanishes()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Plain, TinyJobs.Adam, samples: 32, batch: 32, shards: 4);
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(32), pool, KernelSets.Supported[^1]);

        StepOutcome first = trainer.Step(), last = first;
        for (int step = 1; step < 150; step++) last = trainer.Step();

        Assert.InRange(first.Totals.LossSum / 32, 0.5, 5);
        Assert.InRange(last.Totals.LossSum / 32, 0, 0.01);
        Assert.Equal(32, last.Totals.Correct);
    }

    [Fact]
    public async Task EvaluateAsync_afterAFewEpochs_hasLearned()
    {
        JobSpec spec = TinyJobs.Spec(TinyJobs.Tiny, TinyJobs.Adam);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);

        for (int step = 0; step < 60; step++) trainer.Step();

        Assert.InRange((await trainer.EvaluateAsync(TestContext.Current.CancellationToken)).Accuracy, 0.95, 1);
    }

    [Theory]
    [InlineData(TinyJobs.Tiny, 1003, 100, 7)]
    [InlineData(TinyJobs.Tiny, 60, 16, 1)]
    [InlineData(TinyJobs.Wide, 200, 33, 8)]
    public async Task Step_anyThreadsAndKernelSet_sameBits(string model, int samples, int batch, int shards)
    {
        var results = new HashSet<string>();
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (int threads in new[] { 1, 2, 3 })
            {
                JobSpec spec = TinyJobs.Spec(model, TinyJobs.Nesterov, samples, batch, shards);
                using var pool = new ComputePool(threads);
                using var trainer = new LocalTrainer(spec, TinyJobs.Data(samples), pool, kernels);
                double loss = 0;
                for (int step = 0; step < 12; step++) loss += trainer.Step().Totals.LossSum;
                results.Add($"{trainer.Digest()} {loss:R} {await trainer.EvaluateAsync(TestContext.Current.CancellationToken)} "
                    + $"{string.Join(' ', trainer.Replica.LayerHashes)}");
            }
        }

        Assert.Single(results);
    }

    [Fact]
    public void Step_whereNothingDivides_coversEverySampleOnceAnEpoch()
    {
        JobSpec spec = TinyJobs.Spec();
        var plan = ShardPlan.Of(spec);
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);

        for (int epoch = 0; epoch < 3; epoch++)
        {
            var proof = new CoverageProof();
            for (int step = 0; step < plan.StepsPerEpoch; step++)
            {
                StepOutcome outcome = trainer.Step();
                Assert.Equal(plan.TotalBatchSizeAt(step), outcome.Totals.Samples);
                proof.Merge(outcome.Coverage);
            }

            Assert.Equal(CoverageProof.Expected(1003), proof);
        }
    }

    [Fact]
    public void Step_anotherSeed_otherBits()
    {
        var digests = new HashSet<string>();
        foreach (ulong seed in new ulong[] { 0, 1, 1UL << 32 })
        {
            JobSpec spec = TinyJobs.Spec(seed: seed);
            using var pool = new ComputePool(1);
            using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
            trainer.Step();
            digests.Add(trainer.Digest());
        }

        Assert.Equal(3, digests.Count);
    }

    [Fact]
    public void Step_outcome_hasTheHashesOfTheWeightsThatItUsed()
    {
        JobSpec spec = TinyJobs.Spec();
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        ulong[] initial = [.. trainer.Replica.LayerHashes];

        Assert.Equal(initial, trainer.Step().LayerHashes.ToArray());

        Assert.Equal(4, initial.Length);
        Assert.All(initial.Zip(trainer.Replica.LayerHashes), pair => Assert.NotEqual(pair.First, pair.Second));
        ulong[] updated = [.. trainer.Replica.LayerHashes];
        trainer.Replica.Restore(trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch));
        Assert.Equal(updated, trainer.Replica.LayerHashes);
    }
}
