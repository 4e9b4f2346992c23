using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>A step in parts, as silos compute it, has the bits of one replica that holds all shards.</summary>
public class SplitReplicaTests
{
    public static TheoryData<int, string> Splits => new()
    {
        { 8, "0,1,2,3|4,5,6,7" }, { 8, "0,2,4,6|1,3,5,7" }, { 8, "7,6,5|4,3,2,1,0" }, { 8, "0|1,2,3,4,5,6|7" },
        { 7, "0,1,2,3|4,5,6" }, { 7, "0,1,3,5|2,4,6" }, { 7, "0,1,2|3,4|5,6" }, { 7, "6|0,1,2,3,4,5" },
        { 5, "0,1|2,3,4" }, { 5, "4,0|1,3|2" },
        { 1, "0" },
    };

    [Theory]
    [MemberData(nameof(Splits))]
    public async Task Reduce_partsOfAStep_sameBitsAsWhole(int shards, string split)
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adam, shards: shards);
        DataSource data = TinyJobs.Data(spec.Samples);
        int[][] parts = [.. split.Split('|').Select(part => part.Split(',').Select(int.Parse).ToArray())];
        using var pool = new ComputePool(2);
        using var whole = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);
        Replica[] replicas = [.. parts.Select((_, i) => new Replica(spec, data, pool, KernelSets.Supported[i % KernelSets.Supported.Count]))];
        try
        {
            // Two epochs and a step: at the end of an epoch shards are absent, in the split 0,1,3,5 | 2,4,6 a whole part.
            for (long step = 0; step < (2 * whole.Replica.Plan.StepsPerEpoch) + 1; step++)
            {
                StepOutcome expected = whole.Step();
                StepTotals totals = await StepAsync(replicas, parts, step);

                Assert.Equal(expected.Totals, totals);
                Assert.All(replicas, replica => Assert.Equal(whole.Replica.LayerHashes, replica.LayerHashes));
            }

            Assert.All(replicas, replica => Assert.True(whole.Replica.Weights.SequenceEqual(replica.Weights)));
        }
        finally
        {
            foreach (Replica replica in replicas) replica.Dispose();
        }
    }

    [Theory]
    [InlineData(TinyJobs.Wide)]
    [InlineData(TinyJobs.Branched)]
    [InlineData(TinyJobs.Normed)]
    [InlineData(TinyJobs.Frozen)]
    [InlineData(TinyJobs.Ruled)]
    [InlineData(TinyJobs.Penalized)]
    [InlineData(TinyJobs.Augmented)]
    [InlineData(TinyJobs.Tiny, true)]
    public async Task BeginStep_shardsMoveBetweenSteps_sameBits(string model, bool isAugmented = false)
    {
        JobSpec spec = TinyJobs.Spec(model, shards: 8, samples: 300, batch: 40);
        if (isAugmented) spec = spec.Varied();
        DataSource data = TinyJobs.Data(spec.Samples);
        using var pool = new ComputePool(3);
        using var whole = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);
        using var left = new Replica(spec, data, pool, KernelSets.Supported[^1]);
        using var right = new Replica(spec, data, pool, KernelSets.Supported[^1]);

        for (long step = 0; step < 12; step++)
        {
            whole.Step();
            int border = 1 + (int)(step * 3 % 7);
            await StepAsync([left, right], [[.. Enumerable.Range(0, border)], [.. Enumerable.Range(border, 8 - border)]], step);
        }

        Assert.True(whole.Replica.Weights.SequenceEqual(left.Weights));
        Assert.True(whole.Replica.Weights.SequenceEqual(right.Weights));
    }

    [Fact]
    public async Task ComputeAsync_notAnnounced_throws()
    {
        JobSpec spec = TinyJobs.Spec();
        using var pool = new ComputePool(1);
        using var replica = new Replica(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        replica.BeginStep(0, [2, 3]);

        await Assert.ThrowsAsync<InvalidOperationException>(() => replica.OpenShard(1).ComputeAsync(0));
        await Assert.ThrowsAsync<InvalidOperationException>(() => replica.OpenShard(2).ComputeAsync(1));
        Assert.Throws<InvalidOperationException>(() => replica.BeginStep(1, [2, 3]));
        Assert.Throws<InvalidOperationException>(() => replica.Apply(new ReducedGradient(1, default, replica.Sums[0].Values)));
    }

    /// <summary>As a coordinator and its workers do it: announce, enrol every shard, wait for the sums, finish the tree, apply everywhere.</summary>
    private static async Task<StepTotals> StepAsync(Replica[] replicas, int[][] parts, long step)
    {
        var sums = new List<GradientSum>();
        for (int i = 0; i < replicas.Length; i++)
        {
            Replica replica = replicas[i];
            replica.BeginStep(step, parts[i]);
            StepTotals[] own = await Task.WhenAll(parts[i].Select(shard => replica.OpenShard(shard).ComputeAsync(step)));
            IReadOnlyList<GradientSum> computed = await replica.CompletionAsync();
            Assert.Equal(own.Sum(totals => totals.Samples), computed.Sum(sum => sum.Totals.Samples));
            Assert.Equal(replica.StepCoverage.Count, computed.Sum(sum => sum.Totals.Samples));
            sums.AddRange(computed);
        }

        ReducedGradient gradient = replicas[0].Reducer.Reduce(step, replicas[0].Plan.Shards, sums);
        foreach (Replica replica in replicas) await replica.ApplyAsync(gradient);
        return gradient.Totals;
    }
}
