using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Snapshots;

public sealed class SnapshotNetworkTests
{
    [Fact]
    public async Task CreatePass_overAllHeldOutSamples_isRightAsOftenAsEvaluationSays()
    {
        JobSpec spec = TinyJobs.Spec();
        DataSource data = TinyJobs.Data(spec.Samples);
        using ComputePool pool = new(2);
        using Replica replica = new(spec, data, pool, KernelSets.Supported[^1]);
        EvaluationResult evaluated = await replica.EvaluateAsync();
        Snapshot snapshot = replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        using SnapshotNetwork network = SnapshotNetwork.Open(snapshot, "test", KernelSets.Supported[0]);
        using SamplePass pass = network.CreatePass();
        var input = new float[data.Test.Shape.Size];
        int right = 0;
        for (int i = 0; i < data.Test.Count; i++)
        {
            PixelValues.Fill(data.Test.Image(i), input);
            pass.Forward(input);
            float[] logits = pass.Logits.ToArray();
            if (logits.Index().MaxBy(logit => logit.Item).Index == data.Test.Label(i)) right++;
        }

        Assert.Equal(evaluated.Accuracy, (double)right / data.Test.Count);
        Assert.InRange(right, 1, data.Test.Count);
    }

    [Fact]
    public void Untrained_modelOfAJob_isItsInitialSnapshot()
    {
        JobSpec spec = TinyJobs.Spec();
        using ComputePool pool = new(1);
        using Replica replica = new(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[0]);
        Snapshot snapshot = replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        using SnapshotNetwork untrained = SnapshotNetwork.Untrained(spec.ReadModel(), spec.Seed, KernelSets.Supported[0]);

        foreach (ParameterTensor tensor in untrained.Network.Parameters)
            Assert.Equal(snapshot.Tensors.Single(found => found.Name == tensor.Name).Values.ToArray(), untrained.Values(tensor).ToArray());
    }

    [Fact]
    public void Open_kernelsOnly_isRefusedWithARemedy()
    {
        JobSpec spec = TinyJobs.Spec();
        using ComputePool pool = new(1);
        using Replica replica = new(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[0]);
        Snapshot kernels = replica.Capture(default, [], DateTimeOffset.UnixEpoch).KernelsOnly()!;
        var error = Assert.Throws<InvalidInputException>(() => SnapshotNetwork.Open(kernels, "k.dcs", KernelSets.Supported[0]));
        Assert.Contains("k.dcs", error.Message, StringComparison.Ordinal);
    }
}
