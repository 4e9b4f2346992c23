using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Grains.Costs;
using DistConv.Grains.Exchange;
using DistConv.Grains.Tests.Exchange;
using DistConv.Grains.Workers;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Grains.Tests.Costs;

/// <summary>The cost model against figures that were worked out by hand.</summary>
public sealed class ExchangeCostTests
{
    private const int Block = ExchangeRange.BlockLength;
    private const long MiB = 1 << 20;

    private static readonly StepWork _alone = new(ComputeMs: 80, UpdateMs: 4);

    [Fact]
    public void Traffic_slicedEachSiloOneSubtree_isTwiceTheShareOfTheOthers()
    {
        ExchangeCost cost = Cost(192, shards: 8); // 3 MiB: two messages of 768 KiB an owner at two silos, one at four.
        Assert.False(cost.IsStar);
        Assert.Equal(Enumerable.Repeat(new SiloTraffic(MiB * 3, MiB * 3, 4, 4), 2), cost.Traffic(2));
        Assert.Equal(Enumerable.Repeat(new SiloTraffic(MiB * 9 / 2, MiB * 9 / 2, 6, 6), 4), cost.Traffic(4));
        Assert.Equal([default], cost.Traffic(1));
    }

    /// <summary>Eight shards over three silos: {0, 1}, {2, 3, 4}, {5, 6, 7}, which are one, two and two subtrees.</summary>
    [Fact]
    public void Traffic_unevenShards_countsEachSubtree()
    {
        ExchangeCost cost = Cost(288, shards: 8); // 1.5 MiB an owner, in two messages.
        const long Share = MiB * 3 / 2;
        Assert.Equal(
            [
                new SiloTraffic((2 + 2) * Share, (4 + 2) * Share, 8, 12),
                new SiloTraffic((4 + 2) * Share, (3 + 2) * Share, 12, 10),
                new SiloTraffic((4 + 2) * Share, (3 + 2) * Share, 12, 10),
            ],
            cost.Traffic(3));
    }

    [Fact]
    public void Traffic_star_passesThroughTheFirst()
    {
        ExchangeCost cost = Cost(16, shards: 8);
        const long Model = MiB / 4;
        Assert.True(cost.IsStar);
        Assert.Equal(
            [new SiloTraffic(3 * Model, 3 * Model, 3, 3), .. Enumerable.Repeat(new SiloTraffic(Model, Model, 1, 1), 3)], cost.Traffic(4));
    }

    [Fact]
    public void Traffic_moreSilosThanShards_isThatOfAsManyAsShards()
    {
        ExchangeCost cost = Cost(64, shards: 4);
        Assert.Equal(cost.Traffic(4), cost.Traffic(9));
        Assert.Equal(4, cost.Participants(9));
    }

    [Fact]
    public void Step_oneSilo_exchangesNothing()
    {
        SiloMachine machine = new(Threads: 2, Cores: 2) { CallMs = 0.5 };
        Assert.Equal(new StepCost(80, 0, 0, 4, 0.5), Cost(64, 8).Step(1, _alone, machine));
        Assert.Equal(1, Cost(64, 8).Speedup(1, _alone, machine));
    }

    /// <summary>1 MiB each way over 131,072 bytes a millisecond are 8 ms, all after the backward pass, and three messages of 0.1 ms; processor time is 2 MiB
    /// and 4 frames, on two cores that compute.</summary>
    [Fact]
    public void Step_nothingIsCompleteBeforeTheEnd_waitsForAllOfIt()
    {
        SiloMachine machine = new(Threads: 2, Cores: 2)
        {
            LinkBytesPerMs = 131_072,
            LatencyMs = 0.1,
            CallMs = 0.5,
            ProcessorMsPerMegabyte = 0.5,
            ProcessorMsPerFrame = 0.01,
        };
        StepCost step = Cost(64, shards: 8).Step(2, _alone, machine);
        Assert.Equal((40, 4, 0.5), (step.Compute, step.Update, step.Call));
        Assert.Equal(8.3, step.Exposed, 1e-9);
        Assert.Equal(((2.097152 * 0.5) + (4 * 0.01)) / 2, step.Slowdown, 1e-9);
        Assert.Equal(step.Compute + step.Slowdown + step.Exposed + step.Update + step.Call, step.Total);
    }

    /// <summary>Three quarters are complete when a quarter of the computation is still to come: 10 ms of 40. The link needs 6 ms for them, and 2 ms for the
    /// rest, which alone is waited for.</summary>
    [Fact]
    public void Step_mostIsCompleteEarly_hidesItBehindTheComputation()
    {
        ExchangeCost cost = new(ExchangeRangeTests.Layout(64 * Block, 0), [0, 16 * Block], [0, 0.25], shards: 8);
        SiloMachine machine = new(2, Cores: 2) { LinkBytesPerMs = 131_072, ProcessorMsPerMegabyte = 0, ProcessorMsPerFrame = 0 };
        Assert.Equal(2, cost.Step(2, _alone, machine).Exposed, 1e-9);

        // At half the speed they need 12 ms, of which 2 remain, and 4 for the rest.
        Assert.Equal(6, cost.Step(2, _alone, machine with { LinkBytesPerMs = 65_536 }).Exposed, 1e-9);
    }

    [Fact]
    public void Step_aCoreToSpare_leavesTheProcessorTimeOfTheLastRanges()
    {
        ExchangeCost cost = new(ExchangeRangeTests.Layout(64 * Block, 0), [0, 16 * Block], [0, 0.25], shards: 8);
        SiloMachine machine = new(Threads: 2, Cores: 3) { ProcessorMsPerMegabyte = 1, ProcessorMsPerFrame = 0 };
        StepCost spare = cost.Step(2, _alone, machine), none = cost.Step(2, _alone, machine with { Cores = 2 });
        Assert.Equal((0, 2.097152 / 4), (spare.Slowdown, Math.Round(spare.Exposed, 9)));
        Assert.Equal((2.097152 / 2, 0), (Math.Round(none.Slowdown, 9), none.Exposed));
    }

    /// <summary>Two silos of two threads share two cores: each has one, and nothing is gained.</summary>
    [Fact]
    public void Step_silosShareCores_computeSlower()
    {
        StepCost step = Cost(64, shards: 8).Step(2, _alone, new SiloMachine(Threads: 2, Cores: 1));
        Assert.Equal((80, 8), (step.Compute, step.Update));
    }

    /// <summary>Eight shards over three silos: the step waits for a silo with three.</summary>
    [Fact]
    public void Step_unevenShards_waitsForTheMost() => Assert.Equal(30, Cost(96, 8).Step(3, _alone, new SiloMachine(1, 1)).Compute);

    /// <summary>591,242 of 600,810 parameters are those of the dense layers, which are complete before the backward pass of the convolutions.</summary>
    [Fact]
    public void Of_keras1MnistCnn_sendsTheDenseLayersEarly()
    {
        using Network network = new(ModelSpec.Load("keras1-mnist-cnn"), KernelSets.Select(), seed: 1);
        ExchangeCost cost = ExchangeCost.Of(network, shards: 4);
        Assert.Equal(network.ParameterCount * 4L, cost.GradientBytes);
        SiloMachine slow = new(1, Cores: 1) { LinkBytesPerMs = cost.GradientBytes / 10.0, ProcessorMsPerMegabyte = 0, ProcessorMsPerFrame = 0 };
        StepWork work = new(1000, 1);

        // The link needs 10 ms for all, and hides nearly all of it.
        Assert.InRange(cost.Step(2, work, slow).Exposed, 0.05, 1);
    }

    /// <summary>With twice as many shards as silos each silo holds one subtree of two, whatever their number.</summary>
    [Fact]
    public void Blocks_twoShardsASilo_areOneSubtreeEach()
    {
        for (int silos = 1; silos <= 64; silos++)
        {
            Assert.All(ShardAssignment.Blocks(2 * silos, silos), held =>
                Assert.Equal([new ShardNode(held[0], held[0] + 2)], ShardTree.MaximalSubtrees(held, 2 * silos)));
        }
    }

    private static ExchangeCost Cost(int blocks, int shards) => new(ExchangeRangeTests.Layout(blocks * Block, 0), [0], [0], shards);
}
