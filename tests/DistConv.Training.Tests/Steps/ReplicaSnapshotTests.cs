using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Loop;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

public sealed class ReplicaSnapshotTests : IDisposable
{
    private readonly ComputePool _pool = new(1);
    private readonly LocalTrainer _trainer;

    public ReplicaSnapshotTests()
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adam);
        _trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), _pool, KernelSets.Supported[^1]);
        for (int step = 0; step < 3; step++) _trainer.Step();
    }

    public void Dispose()
    {
        _trainer.Dispose();
        _pool.Dispose();
    }

    [Fact]
    public void Capture_thenMoreSteps_keepsItsOwnMemory()
    {
        Snapshot snapshot = Capture();
        string digest = snapshot.WeightsDigest();

        _trainer.Step();

        Assert.Equal(digest, snapshot.WeightsDigest());
        Assert.NotEqual(digest, _trainer.Digest());
        Assert.Equal(3, snapshot.Step);
        Assert.Equal(8 + 16, snapshot.Tensors.Count);
    }

    [Fact]
    public void Restore_intoAnotherReplica_goesOnWithTheSameBits()
    {
        using var other = new LocalTrainer(_trainer.Replica.Spec, TinyJobs.Data(1003), _pool, KernelSets.Supported[0]);
        other.Step();
        other.Replica.Restore(Capture());
        for (int step = 0; step < 3; step++)
        {
            Assert.Equal(_trainer.Step().Totals, other.Step().Totals);
        }

        Assert.Equal(_trainer.Digest(), other.Digest());
    }

    [Fact]
    public void Restore_anyBitOfAnyWeightFlipped_isNoticed()
    {
        Snapshot snapshot = Capture();
        Replica replica = _trainer.Replica;
        int checks = 0;
        for (int t = 0; t < snapshot.Tensors.Count; t++)
        {
            if (snapshot.Tensors[t].Role != SnapshotTensor.Weight) continue;
            for (int i = 0; i < snapshot.Tensors[t].Values.Length; i++, checks++)
            {
                Snapshot changed = Flip(snapshot, t, i, bit: (i * 7) % 32);
                Assert.Throws<InvalidInputException>(() => replica.Restore(changed));
            }
        }

        Assert.Equal(replica.ParameterCount, checks);
        replica.Restore(snapshot);
    }

    [Fact]
    public void Restore_tensorMissing_saysSoInOneLine()
    {
        Snapshot snapshot = Capture();
        var lacking = new Snapshot(snapshot, [.. snapshot.Tensors.SkipLast(1)]);

        var error = Assert.Throws<InvalidInputException>(() => _trainer.Replica.Restore(lacking));

        Assert.Equal("the snapshot has no tensor 'slot:dense2/bias/second_moment' of 4 values", error.Message);
    }

    [Fact]
    public void Constructor_otherData_saysSoInOneLine()
    {
        var error = Assert.Throws<InvalidInputException>(
            () => new Replica(_trainer.Replica.Spec, TinyJobs.Data(1004), _pool, KernelSets.Supported[0]));

        Assert.Equal("data 'idx' here is not the job's: fingerprint tiny v1 1004, expected tiny v1 1003", error.Message);
    }

    private static Snapshot Flip(Snapshot snapshot, int tensor, int index, int bit)
    {
        float[] values = snapshot.Tensors[tensor].Values.ToArray();
        values[index] = BitConverter.UInt32BitsToSingle(BitConverter.SingleToUInt32Bits(values[index]) ^ (1u << bit));
        SnapshotTensor[] tensors = [.. snapshot.Tensors];
        tensors[tensor] = tensors[tensor] with { Values = values };
        return new Snapshot(snapshot, tensors);
    }

    private Snapshot Capture() => _trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);
}
