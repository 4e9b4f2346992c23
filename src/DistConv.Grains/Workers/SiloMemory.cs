using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Training.Specification;
using DistConv.Training.Steps;

namespace DistConv.Grains.Workers;

/// <summary>Whether a job fits into this silo: a silo that runs out of memory is killed with all its jobs, so it rather does without this one.</summary>
internal static class SiloMemory
{
    /// <summary>How much of its limit a silo uses: the runtime and other programs need some, too.</summary>
    private const double UsedPart = 0.9;

    /// <summary>Bytes that this process may still allocate. Free blocks for gradients are used again.</summary>
    public static long LeftBytes => Left(LimitBytes, Environment.WorkingSet - FloatBufferPool.Shared.FreeBytes);

    private static long LimitBytes => GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Checks that a job fits into this process.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="threads">Compute threads.</param>
    /// <param name="gradientBlocks">Blocks of one gradient each in which gradients of other silos arrive, or leave for them.</param>
    /// <param name="dataMemoryBytes">The most memory that decoded pictures may take.</param>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void EnsureFits(JobSpec spec, int threads, int gradientBlocks, long dataMemoryBytes) =>
        EnsureFits(spec, threads, gradientBlocks, LimitBytes, LeftBytes - long.Min(MemoryEstimate.PictureBytes(spec), dataMemoryBytes));

    /// <summary>Checks that a job fits into so much memory.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="threads">Compute threads.</param>
    /// <param name="gradientBlocks">Blocks for gradients that are exchanged.</param>
    /// <param name="limitBytes">What the process may have.</param>
    /// <param name="leftBytes">What is left of it.</param>
    /// <exception cref="InvalidInputException">It does not.</exception>
    public static void EnsureFits(JobSpec spec, int threads, int gradientBlocks, long limitBytes, long leftBytes)
    {
        long exchanged = (long)gradientBlocks * spec.Plan().Parameters * sizeof(float);
        long needed = MemoryEstimate.Bytes(spec, threads) + exchanged;
        if (needed <= leftBytes) return;
        throw new InvalidInputException(
            $"the job needs {needed >> 20} MB in each silo, and the one on {Environment.MachineName} has {long.Max(0, leftBytes) >> 20} MB left "
            + $"of {limitBytes >> 20}: give it more memory, or train with a smaller batch"
            + (MemoryEstimate.PictureBytes(spec) > 0 ? ", or allow less memory for data" : ""));
    }

    private static long Left(long limitBytes, long usedBytes) => (long)(UsedPart * limitBytes) - usedBytes;
}
