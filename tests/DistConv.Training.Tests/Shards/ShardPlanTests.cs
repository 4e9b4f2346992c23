using CsCheck;
using DistConv.Core;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Shards;

public class ShardPlanTests
{
    [Fact]
    public void Plan_any_division_covers_batch_and_samples_exactly() => ShardGen.Plans.Sample(plan =>
    {
        int batch = 0;
        int samples = 0;
        for (int shard = 0; shard < plan.Shards; shard++)
        {
            Assert.Equal(batch, plan.BatchStart(shard));
            Assert.Equal(samples, plan.SampleStart(shard));
            Assert.True(plan.BatchSize(shard) >= 1);
            Assert.True(plan.SampleCount(shard) >= (plan.Samples >= plan.GlobalBatch ? 1 : 0));
            batch += plan.BatchSize(shard);
            samples += plan.SampleCount(shard);
        }

        Assert.Equal(plan.GlobalBatch, batch);
        Assert.Equal(plan.Samples, samples);
    });

    [Fact]
    public void BatchSizeAt_any_division_uses_up_each_shard_in_order() => ShardGen.Plans.Sample(plan =>
    {
        long total = 0;
        for (int step = 0; step < plan.StepsPerEpoch; step++)
        {
            int ofStep = Enumerable.Range(0, plan.Shards).Sum(shard => plan.BatchSizeAt(shard, step));
            Assert.Equal(ofStep, plan.TotalBatchSizeAt(step));
            Assert.InRange(ofStep, 1, plan.GlobalBatch);
            total += ofStep;
        }

        Assert.Equal(plan.Samples, total);
        for (int shard = 0; shard < plan.Shards; shard++)
        {
            int left = plan.SampleCount(shard);
            for (int step = 0; step < plan.StepsPerEpoch; step++)
            {
                Assert.Equal(Math.Min(left, plan.BatchSize(shard)), plan.BatchSizeAt(shard, step));
                left -= plan.BatchSizeAt(shard, step);
            }

            Assert.Equal(0, left);
        }
    });

    [Fact]
    public void Plan_where_everything_divides_is_even()
    {
        ShardPlan plan = new(60_000, 128, 8);

        Assert.All(Enumerable.Range(0, 8), shard => Assert.Equal((16, 7500), (plan.BatchSize(shard), plan.SampleCount(shard))));
        Assert.Equal(469, plan.StepsPerEpoch);
        Assert.Equal(128, plan.TotalBatchSizeAt(467));
        Assert.Equal(96, plan.TotalBatchSizeAt(468));
    }

    // Worked by hand: c = 0 14 28 42 57 71 85 100, SampleStart = floor(10.03 c).
    [Fact]
    public void Plan_where_nothing_divides_follows_the_floors()
    {
        ShardPlan plan = new(1003, 100, 7);

        Assert.Equal([0, 14, 28, 42, 57, 71, 85, 100], Enumerable.Range(0, 8).Select(plan.BatchStart));
        Assert.Equal([0, 140, 280, 421, 571, 712, 852, 1003], Enumerable.Range(0, 8).Select(plan.SampleStart));
        Assert.Equal([14, 14, 14, 15, 14, 14, 15], Enumerable.Range(0, 7).Select(plan.BatchSize));
        Assert.Equal([140, 140, 141, 150, 141, 140, 151], Enumerable.Range(0, 7).Select(plan.SampleCount));
        Assert.Equal(11, plan.StepsPerEpoch);
        Assert.Equal([0, 0, 1, 0, 1, 0, 1], Enumerable.Range(0, 7).Select(shard => plan.BatchSizeAt(shard, 10)));
        Assert.Equal(3, plan.TotalBatchSizeAt(10));
    }

    [Fact]
    public void Plan_products_beyond_an_int_are_exact()
    {
        ShardPlan plan = new(SpecificationLimits.MaxSamples, 100_000, 65_535);

        Assert.Equal(100_000, plan.BatchStart(65_535));
        Assert.Equal(99_999, plan.BatchStart(65_535) - plan.BatchSize(0));
        Assert.Equal(SpecificationLimits.MaxSamples, plan.SampleStart(65_535));
        Assert.Equal((int)(50_000L * 100_000 / 65_535), plan.BatchStart(50_000));
        Assert.Equal(SpecificationLimits.MaxSamples, new ShardPlan(SpecificationLimits.MaxSamples, 1, 1).StepsPerEpoch);
        Assert.Equal(1, new ShardPlan(1, SpecificationLimits.MaxGlobalBatch, 1).StepsPerEpoch);
    }

    [Fact]
    public void LocateStep_counts_epochs_from_zero()
    {
        ShardPlan plan = new(1003, 100, 7);

        Assert.Equal((0, 0), plan.LocateStep(0));
        Assert.Equal((0, 10), plan.LocateStep(10));
        Assert.Equal((1, 0), plan.LocateStep(11));
        Assert.Equal((1_000_000_000, 3), plan.LocateStep(11_000_000_003));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.LocateStep(-1));
    }

    [Theory]
    [InlineData(0, 1, 1, "samples is 0; give 1 to 100000000")]
    [InlineData(10, 0, 1, "globalBatch is 0; give 1 to 1000000")]
    [InlineData(10, 5, 0, "shards is 0; give 1 to 65536")]
    [InlineData(10, 5, -3, "shards is -3; give 1 to 65536")]
    [InlineData(10, 20, 11, "shards is 11, but there are only 10 training samples; give 10 or less")]
    [InlineData(100, 5, 8, "globalBatch is 5, but each of the 8 shards takes at least one sample of a batch; give 8 or more, or fewer shards")]
    [InlineData(0, -1, 8, "samples is 0; give 1 to 100000000; globalBatch is -1; give 1 to 1000000")]
    [InlineData(2_000_000_000, 2_000_000_000, 200_000_000,
        "samples is 2000000000; give 1 to 100000000; globalBatch is 2000000000; give 1 to 1000000; shards is 200000000; give 1 to 65536")]
    public void Plan_impossible_numbers_name_the_settings(int samples, int batch, int shards, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => new ShardPlan(samples, batch, shards)).Message);

    [Fact]
    public void Plan_arguments_out_of_range_throw()
    {
        ShardPlan plan = new(100, 10, 2);

        Assert.Throws<ArgumentOutOfRangeException>(() => plan.BatchStart(3));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.BatchSize(2));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.SampleCount(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.BatchSizeAt(0, 10));
        Assert.Throws<ArgumentOutOfRangeException>(() => plan.BatchSizeAt(0, -1));
    }
}
