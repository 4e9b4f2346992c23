using System.Runtime.InteropServices;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>Layers that are frozen until an epoch, and learning rates by layer. 1003 samples, batch 100, 7 shards: an epoch has 11 steps.</summary>
public sealed class LayerSettingsRunTests : IDisposable
{
    private const int Border = 11;
    private static readonly string[] _waiting = ["stem", "bn1", "bn3", "hidden"];

    private readonly TemporaryFolder _folder = new();

    private static JobSpec Spec => TinyJobs.Spec(TinyJobs.Normed, TinyJobs.AdamW) with { FreezeUntilEpoch = 2, FrozenLayers = _waiting, ClipNorm = 0.5f };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Step_beforeTheEpoch_keepsAllBitsOfTheFrozenLayersAndTrainsThemAfterwards()
    {
        JobSpec spec = Spec with { LayerRates = [new LayerRate { Layer = "branch", Factor = 0.25f }] };
        using Run run = new(spec);
        Snapshot begun = run.Capture();
        run.StepTo(Border);
        Snapshot before = run.Capture();
        run.StepTo(Border + 1);
        Snapshot after = run.Capture();

        foreach ((SnapshotTensor first, SnapshotTensor second, SnapshotTensor third) in begun.Tensors.Zip(before.Tensors, after.Tensors))
        {
            bool waits = _waiting.Contains(first.Name.Split('/')[0]);
            Assert.True(Bits(first) == Bits(second) == waits, $"{first.Name} before the epoch");
            Assert.True(Bits(second) != Bits(third), $"{first.Name} in the first step of the epoch");
        }
    }

    /// <summary>A layer that waits for an epoch that never comes is as one that the model has frozen, batch normalisation with its averages included.</summary>
    [Fact]
    public void Step_epochNeverComes_hasTheBitsOfAFrozenModel()
    {
        JobSpec waiting = Spec with { FreezeUntilEpoch = 100, ClipNorm = null }, frozen = TinyJobs.Spec(FrozenModel(), TinyJobs.AdamW);
        using Run first = new(waiting), second = new(frozen);
        first.StepTo(13);
        second.StepTo(13);

        Dictionary<string, string> expected = second.Capture().Tensors.ToDictionary(tensor => tensor.Name, Bits);
        SnapshotTensor[] compared = [.. first.Capture().Tensors.Where(tensor => expected.ContainsKey(tensor.Name))];
        Assert.Equal(expected.Count, compared.Length);
        Assert.All(compared, tensor => Assert.True(expected[tensor.Name] == Bits(tensor), tensor.Name));
    }

    /// <summary>Adam corrects its averages by a layer's own number of updates: its first step is as long as that of a new job.</summary>
    [Fact]
    public void Step_firstOfTheEpoch_movesAsFarAsTheFirstStepOfAJob()
    {
        using Run run = new(TinyJobs.Spec(TinyJobs.Plain, TinyJobs.Adam) with { FreezeUntilEpoch = 2, FrozenLayers = ["conv1"] });
        run.StepTo(Border);
        float[] before = Values(run.Capture(), "conv1/kernel");
        run.StepTo(Border + 1);
        float[] after = Values(run.Capture(), "conv1/kernel");

        Assert.InRange(before.Zip(after, (b, a) => Math.Abs(a - b)).Max(), 0.0099, 0.0101);
    }

    [Theory]
    [InlineData("adam")]
    [InlineData("rmsprop")]
    [InlineData("momentum")]
    public async Task RunAsync_stoppedAroundTheEpoch_equalsUninterrupted(string optimizer)
    {
        JobSpec spec = Spec with
        {
            Optimizer = optimizer switch { "adam" => TinyJobs.Adam, "rmsprop" => TinyJobs.RmsProp, _ => TinyJobs.Momentum },
            LayerRates = [new LayerRate { Layer = "hidden", Factor = 0.3f }, new LayerRate { Layer = "classes", Factor = 2 }],
        };
        JobFolder straight = Job("straight", spec), stopped = Job("stopped", spec);
        JobStatus expected = await LoopRuns.RunAsync(straight, new RunOptions());
        foreach (long stop in new long[] { 3, 10, 11, 12, 19 }) await LoopRuns.RunAsync(stopped, new RunOptions(StopAt: stop), threads: (int)(1 + (stop % 3)));
        JobStatus actual = await LoopRuns.RunAsync(stopped, new RunOptions());

        Assert.Equal((JobState.Done, expected.WeightsDigest), (actual.State, actual.WeightsDigest));
        Assert.Equal(LoopRuns.Log(straight), LoopRuns.Log(stopped));
        Assert.Equal(
            straight.LatestVerified(out _)!.Snapshot.Tensors.Select(Bits), stopped.LatestVerified(out _)!.Snapshot.Tensors.Select(Bits));
    }

    /// <summary>Half of the rate in a layer is half of the job's rate there, and the job's elsewhere.</summary>
    [Fact]
    public void Step_rateOfALayer_isTheProductAndLeavesOthersAlone()
    {
        OptimizerSpec full = TinyJobs.Sgd, half = full with { LearningRate = full.LearningRate * 0.5f };
        JobSpec spec = TinyJobs.Spec(TinyJobs.Plain, full);
        using Run mixed = new(spec with { LayerRates = [new LayerRate { Layer = "conv2", Factor = 0.5f }] }), whole = new(spec),
            slow = new(spec with { Optimizer = half });
        foreach (Run run in (Run[])[mixed, whole, slow]) run.StepTo(1);

        foreach (SnapshotTensor tensor in mixed.Capture().Tensors)
        {
            Snapshot other = (tensor.Name.StartsWith("conv2", StringComparison.Ordinal) ? slow : whole).Capture();
            Assert.True(Bits(other.Tensors.Single(one => one.Name == tensor.Name)) == Bits(tensor), tensor.Name);
        }
    }

    /// <summary>Constraints and penalties reach no layer that waits, though its weights break the constraint.</summary>
    [Fact]
    public void Step_constrainedLayerThatWaits_keepsItsBits()
    {
        using Run run = new(TinyJobs.Spec(TinyJobs.Ruled) with { FreezeUntilEpoch = 2, FrozenLayers = ["two", "hidden"], ClipNorm = 0.5f });
        Snapshot begun = run.Capture();
        run.StepTo(3);
        Snapshot before = run.Capture();
        run.StepTo(Border + 1);
        Snapshot after = run.Capture();

        foreach (string name in (string[])["two/depthwise_kernel", "two/pointwise_kernel", "hidden/kernel"])
        {
            Assert.Equal(Values(begun, name), Values(before, name));
            Assert.NotEqual(Values(before, name), Values(after, name));
        }
    }

    [Fact]
    public void Create_withoutData_isTheSnapshotThatAReplicaCaptures()
    {
        using Run run = new(Spec);
        run.StepTo(5);
        float[] weights = run.Trainer.Replica.Weights.ToArray();
        JobSpec begun = Spec with { InitialWeights = Snapshot.DigestOf(weights) };
        using Run other = new(begun);
        other.Trainer.Replica.Begin(weights);

        Snapshot expected = other.Capture(), actual = InitialSnapshot.Create(begun, weights, DateTimeOffset.UnixEpoch);

        Assert.Equal(expected.LayerHashes, actual.LayerHashes);
        Assert.Equal(expected.OptimizerScalars, actual.OptimizerScalars);
        Assert.Equal(expected.Tensors.Select(tensor => (tensor.Name, tensor.Role, Bits(tensor))),
            actual.Tensors.Select(tensor => (tensor.Name, tensor.Role, Bits(tensor))));
    }

    private static string FrozenModel()
    {
        string model = TinyJobs.Normed;
        foreach (string name in _waiting)
            model = model.Replace($"\"name\": \"{name}\"", $"\"name\": \"{name}\", \"trainable\": false", StringComparison.Ordinal);
        return model;
    }

    private static string Bits(SnapshotTensor tensor) => Convert.ToHexString(MemoryMarshal.AsBytes(tensor.Values.Span));

    private static float[] Values(Snapshot snapshot, string name) => snapshot.Tensors.Single(tensor => tensor.Name == name).Values.ToArray();

    private JobFolder Job(string id, JobSpec spec) => new JobStore(_folder.Root).Create(id, spec);

    private sealed class Run : IDisposable
    {
        private readonly ComputePool _pool = new(2);

        public Run(JobSpec spec) => Trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), _pool, KernelSets.Supported[^1]);

        public LocalTrainer Trainer { get; }

        public void StepTo(long step)
        {
            while (Trainer.Replica.Step < step) Trainer.Step();
        }

        public Snapshot Capture() => Trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);

        public void Dispose()
        {
            Trainer.Dispose();
            _pool.Dispose();
        }
    }
}
