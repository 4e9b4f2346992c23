using CsCheck;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Training.Tests.Shards;

public class CoverageProofTests
{
    [Fact]
    public void Proof_of_an_epoch_by_shards_equals_the_expected() =>
        Gen.Select(ShardGen.Plans, Gen.ULong, Gen.Int[0, 100]).Sample((plan, seed, epoch) =>
        {
            SamplePermutation permutation = new(seed, plan.Samples);
            CoverageProof whole = new();
            for (int shard = plan.Shards - 1; shard >= 0; shard--)
            {
                ShardOrder order = new(plan, permutation, shard);
                CoverageProof ofShard = new();
                for (int step = 0; step < plan.StepsPerEpoch; step++)
                    ofShard.Add(order.Batch(epoch, step));
                whole.Merge(ofShard);
            }

            Assert.Equal(CoverageProof.Expected(plan.Samples), whole);
        });

    [Fact]
    public void Proof_one_sample_missing_and_another_twice_differs() =>
        Gen.Int[2, 300].SelectMany(count => Gen.Select(Gen.Const(count), Gen.Int[0, count - 1], Gen.Int[1, count - 1])).Sample((count, missing, distance) =>
        {
            CoverageProof proof = new();
            for (int sample = 0; sample < count; sample++)
                proof.Add(sample == missing ? (missing + distance) % count : sample);

            Assert.Equal(count, proof.Count);
            Assert.NotEqual(CoverageProof.Expected(count), proof);
        });

    [Fact]
    public void Proof_swapped_for_samples_of_equal_sum_differs()
    {
        CoverageProof proof = new();
        proof.Add([0, 2, 2, 2, 4]);

        Assert.NotEqual(CoverageProof.Expected(5), proof);
    }

    // Any change of a bit, on any machine, fails here; a deliberate one raises NumericsVersion.
    [Fact]
    public void ToString_is_count_and_pinned_digest()
    {
        Assert.Equal("0:00000000000000000000000000000000", new CoverageProof().ToString());
        Assert.Equal("60000:e6fc465ea4b46ff0b00fc67bd2bad8e6", CoverageProof.Expected(60_000).ToString());
    }

    [Fact]
    public void Proof_from_its_parts_continues()
    {
        CoverageProof first = CoverageProof.Expected(5);
        CoverageProof resumed = new(first.Count, first.Sum);
        resumed.Add(5);

        Assert.Equal(CoverageProof.Expected(6), resumed);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CoverageProof(-1, 0));
    }

    [Fact]
    public void Clear_starts_over()
    {
        CoverageProof proof = CoverageProof.Expected(5);
        proof.Clear();

        Assert.Equal(new CoverageProof(), proof);
    }

    [Fact]
    public void Add_allocates_nothing()
    {
        CoverageProof proof = new();
        proof.Add(0);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int sample = 1; sample < 1000; sample++)
            proof.Add(sample);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(1000, proof.Count);
    }
}
