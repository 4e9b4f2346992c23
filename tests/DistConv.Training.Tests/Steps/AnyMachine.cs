using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>The promise of one process: any number of threads and any kernel set give the same bits.</summary>
internal static class AnyMachine
{
    /// <summary>Trains nine steps with every kernel set and 1 to 3 threads, and compares weights and digests.</summary>
    public static void AssertSameBits(JobSpec spec)
    {
        DataSource data = TinyJobs.Data(spec.Samples);
        float[]? weights = null;
        string? digest = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            for (int threads = 1; threads <= 3; threads++)
            {
                using var pool = new ComputePool(threads);
                using var trainer = new LocalTrainer(spec, data, pool, kernels);
                for (int step = 0; step < 9; step++) trainer.Step();
                weights ??= trainer.Replica.Weights.ToArray();
                digest ??= trainer.Digest();
                Assert.True(weights.AsSpan().SequenceEqual(trainer.Replica.Weights), $"{kernels.Name}, {threads} threads");
                Assert.Equal(digest, trainer.Digest());
            }
        }
    }
}
