using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Training.Tests.Snapshots;

/// <summary>Small snapshots with awkward numbers in them.</summary>
internal static class SnapshotSamples
{
    public static JobSpec Spec { get; } = new()
    {
        ModelName = "tiny",
        ModelJson = """{"name":"tiny","input":[28,28,1],"layers":[{"type":"flatten"},{"type":"dense","units":10,"activation":"softmax"}]}""",
        Data = "digits",
        DataFingerprint = "digits v1 \u00e9",
        Samples = 1003,
        TotalSteps = 50,
        GlobalBatch = 100,
        Shards = 7,
        Seed = ulong.MaxValue,
        Optimizer = new OptimizerSpec("adam", 0.001f, Beta1: 0.9f, Beta2: 0.999f, Epsilon: 1e-7f),
        NumericsVersion = NumericsVersion.Current,
    };

    public static float[] AwkwardValues { get; } =
        [1f, -0f, 0f, float.NaN, BitConverter.Int32BitsToSingle(unchecked((int)0xFFC12345)), float.PositiveInfinity, float.Epsilon, -float.MaxValue, 0.1f];

    public static Snapshot Create(long step = 7, int numericsVersion = NumericsVersion.Current, JobSpec? spec = null) => new()
    {
        Spec = spec ?? Spec,
        Step = step,
        NumericsVersion = numericsVersion,
        CreatedAt = new DateTimeOffset(2031, 5, 6, 7, 8, 9, 123, TimeSpan.FromHours(2)),
        Running = new RunningMetrics(300, 1.25, 77, new CoverageState(ulong.MaxValue, 0x8000000000000001, 300)),
        Epochs = [new EpochMetrics(1, 5, 0.5, 0.25, double.NaN, 0.75, 3.5, 1003, "c0ffee"), new EpochMetrics(2, 6, 0.1, 1, 0.1, 1, 1e-300, 1003, "")],
        OptimizerScalars = new Dictionary<string, double> { ["beta2Product"] = 0.999, ["beta1Product"] = 0.1 + 0.2 },
        LayerHashes = [0, ulong.MaxValue, 42],
        Tensors =
        [
            new SnapshotTensor("conv1/kernel", SnapshotTensor.Weight, [3, 3, 1, 1], AwkwardValues),
            new SnapshotTensor("conv1/bias", SnapshotTensor.Weight, [1], new float[] { step }),
            new SnapshotTensor("dense/kernel", SnapshotTensor.Weight, [2, 3], new float[] { 1, 2, 3, 4, 5, 6 }),
            new SnapshotTensor("conv1/kernel/firstMoment", SnapshotTensor.Slot, [9], AwkwardValues),
        ],
    };
}
