using CsCheck;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Training.Tests.Shards;

public class ShardOrderTests
{
    [Fact]
    public void Permutation_any_count_contains_each_sample_once() =>
        Gen.Select(Gen.ULong, Gen.Int[0, 500]).Sample((seed, count) =>
            Assert.Equal(Enumerable.Range(0, count), new SamplePermutation(seed, count).AsSpan().ToArray().Order()));

    // Any change of a bit, on any machine, fails here; a deliberate one raises NumericsVersion.
    [Fact]
    public void Permutation_and_order_of_a_seed_are_pinned()
    {
        SamplePermutation permutation = new(7, 20);
        ShardOrder order = new(new ShardPlan(20, 5, 2), permutation, 1);

        Assert.Equal("13 7 18 12 0 9 3 4 1 14 15 17 6 19 5 10 16 8 11 2", string.Join(' ', permutation.AsSpan().ToArray()));
        Assert.Equal("19 2 16 1 14 8 5 17 6 11 10 15", string.Join(' ', Epoch(order, 3, 4)));
    }

    [Fact]
    public void Permutation_another_seed_is_another_order() =>
        Assert.NotEqual(new SamplePermutation(1, 100).AsSpan().ToArray(), new SamplePermutation(2, 100).AsSpan().ToArray());

    [Fact]
    public void Permutation_many_seeds_put_each_sample_everywhere_equally()
    {
        const int Count = 6;
        const int Seeds = 12_000;
        int[,] seen = new int[Count, Count];
        for (ulong seed = 0; seed < Seeds; seed++)
        {
            SamplePermutation permutation = new(seed, Count);
            for (int position = 0; position < Count; position++)
                seen[position, permutation[position]]++;
        }

        // Expected 2,000 with a standard deviation of 41.
        foreach (int times in seen)
            Assert.InRange(times, 2000 - 185, 2000 + 185);
    }

    [Fact]
    public void Batch_any_division_visits_each_sample_once_an_epoch() =>
        Gen.Select(ShardGen.Plans, Gen.ULong, Gen.Int[0, 1000]).Sample((plan, seed, epoch) =>
        {
            SamplePermutation permutation = new(seed, plan.Samples);
            List<int> visited = [];
            for (int shard = 0; shard < plan.Shards; shard++)
            {
                ShardOrder order = new(plan, permutation, shard);
                int[] samples = Epoch(order, epoch, plan.StepsPerEpoch);
                Assert.Equal(order.Owned.ToArray().Order(), samples.Order());
                visited.AddRange(samples);
            }

            Assert.Equal(Enumerable.Range(0, plan.Samples), visited.Order());
        });

    [Fact]
    public void Batch_nothing_divides_has_the_plans_sizes()
    {
        ShardPlan plan = new(1003, 100, 7);
        SamplePermutation permutation = new(7, 1003);

        for (int shard = 0; shard < 7; shard++)
        {
            ShardOrder order = new(plan, permutation, shard);
            for (int step = 0; step < plan.StepsPerEpoch; step++)
                Assert.Equal(plan.BatchSizeAt(shard, step), order.Batch(2, step).Length);
        }
    }

    [Fact]
    public void Batch_epochs_visited_in_any_order_are_equal()
    {
        ShardPlan plan = new(1003, 100, 7);
        SamplePermutation permutation = new(7, 1003);
        ShardOrder forward = new(plan, permutation, 3);
        ShardOrder backward = new(plan, permutation, 3);
        int[][] expected = [.. Enumerable.Range(0, 5).Select(epoch => Epoch(forward, epoch, plan.StepsPerEpoch))];

        for (int epoch = 4; epoch >= 0; epoch--)
        {
            Assert.Equal(expected[epoch][15..30], backward.Batch(epoch, 1).ToArray());
            Assert.Equal(expected[epoch], Epoch(backward, epoch, plan.StepsPerEpoch));
        }

        Assert.Equal(5, expected.Select(order => string.Join(',', order)).Distinct().Count());
    }

    [Fact]
    public void Batch_shards_of_one_size_are_shuffled_differently()
    {
        ShardPlan plan = new(200, 20, 2);
        SamplePermutation permutation = new(7, 200);

        int[][] positions = [.. Enumerable.Range(0, 2).Select(shard =>
        {
            ShardOrder order = new(plan, permutation, shard);
            int[] owned = order.Owned.ToArray();
            return Epoch(order, 0, 10).Select(sample => Array.IndexOf(owned, sample)).ToArray();
        })];

        Assert.NotEqual(positions[0], positions[1]);
    }

    [Fact]
    public void Batch_after_construction_allocates_nothing()
    {
        ShardPlan plan = new(1003, 100, 7);
        ShardOrder order = new(plan, new SamplePermutation(7, 1003), 3);
        long total = order.Batch(0, 0).Length;

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int epoch = 0; epoch < 3; epoch++)
        {
            for (int step = 0; step < plan.StepsPerEpoch; step++)
                total += order.Batch(epoch, step).Length;
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(15 + 3 * 150, total);
    }

    [Fact]
    public void Constructor_and_batch_wrong_arguments_throw()
    {
        ShardPlan plan = new(100, 10, 2);
        ShardOrder order = new(plan, new SamplePermutation(1, 100), 0);

        Assert.Throws<ArgumentException>(() => new ShardOrder(plan, new SamplePermutation(1, 99), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new ShardOrder(plan, new SamplePermutation(1, 100), 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => order.Batch(-1, 0).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => order.Batch(0, 10).Length);
    }

    private static int[] Epoch(ShardOrder order, int epoch, int steps)
    {
        List<int> samples = [];
        for (int step = 0; step < steps; step++)
            samples.AddRange(order.Batch(epoch, step));
        return [.. samples];
    }
}
