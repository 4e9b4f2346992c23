using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using DistConv.Training.Tests;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;

switch (args)
{
    case ["digests"]:
        PrintDigests();
        return 0;
    case ["allocations", "trainer"]:
        PrintTrainerAllocations(TinyJobs.Tiny);
        return 0;
    case ["allocations", "normed"]:
        PrintTrainerAllocations(TinyJobs.Normed);
        return 0;
    case ["allocations", "augmented"]:
        PrintTrainerAllocations(TinyJobs.Augmented);
        return 0;
    case ["allocations", "varied"]:
        PrintTrainerAllocations(TinyJobs.Tiny, isVaried: true);
        return 0;
    case ["allocations", "loop"]:
        await PrintLoopAllocations();
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: DistConv.Leg digests | allocations trainer|normed|augmented|varied|loop");
        return 2;
}

static void PrintDigests()
{
    Console.WriteLine($"avx512 {Avx512F.IsSupported}");
    Console.WriteLine($"avx2 {Avx2.IsSupported}");
    Console.WriteLine($"fma {Fma.IsSupported}");
    Console.WriteLine($"sse2 {Sse2.IsSupported}");
    Console.WriteLine($"advsimd {AdvSimd.IsSupported}");
    Console.WriteLine($"sets {string.Join(',', KernelSets.Supported)}");
    foreach (KernelSet kernels in KernelSets.Supported)
    {
        JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adam, batch: 16, shards: 3);
        Console.WriteLine($"digest:{kernels.Name} {TrainedDigest(spec, kernels)}");
        JobSpec normed = TinyJobs.Spec(TinyJobs.Normed, TinyJobs.Decay, batch: 16, shards: 3);
        Console.WriteLine($"normed:{kernels.Name} {TrainedDigest(normed, kernels)}");
        JobSpec augmented = TinyJobs.Spec(TinyJobs.Augmented, TinyJobs.Adam, batch: 16, shards: 3);
        Console.WriteLine($"augmented:{kernels.Name} {TrainedDigest(augmented, kernels)}");
        Console.WriteLine($"varied:{kernels.Name} {TrainedDigest(spec.Varied(), kernels)}");
        Console.WriteLine($"clipped:{kernels.Name} {TrainedDigest((spec with { Optimizer = TinyJobs.AdamW }).Clipped(), kernels)}");
    }
}

static string TrainedDigest(JobSpec spec, KernelSet kernels)
{
    using var pool = new ComputePool(2);
    using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, kernels);
    for (int step = 0; step < 2; step++) trainer.Step();
    return trainer.Digest();
}

static void PrintTrainerAllocations(string model, bool isVaried = false)
{
    JobSpec spec = TinyJobs.Spec(model, TinyJobs.Adam).Clipped();
    if (isVaried) spec = spec.Varied();
    using var pool = new ComputePool(2);
    using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
    PrintFewestBytes(40, () => GC.GetTotalAllocatedBytes(precise: true), () => trainer.Step());
}

// Only this thread's bytes, by a clock that stands still: what the run does several times a second, whatever the length of a step, is no part of a step. It
// writes its log, which waits for the clock, and its claim's thread looks into the store. The compute threads' bytes are in "allocations trainer".
static async Task PrintLoopAllocations()
{
    using var folder = new TemporaryFolder();
    JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adam, batch: 10, shards: 3, steps: 200);
    using var pool = new ComputePool(2);
    using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
    JobFolder job = new JobStore(folder.Root).Create("job", spec);
    await using var loop = new TrainingLoop(job, trainer, new RunOptions(SnapshotEverySteps: 1000), new ManualTime());
    long elsewhere = 0; // Steps that went on in another thread, as one does at the end of an epoch: no window with such a step has the fewest bytes.
    PrintFewestBytes(60, () => GC.GetAllocatedBytesForCurrentThread() + (elsewhere << 20), () =>
    {
        Task<bool> advance = loop.AdvanceAsync(TimeSpan.Zero, CancellationToken.None);
        if (!advance.IsCompleted) elsewhere++;
        advance.GetAwaiter().GetResult();
    });
}

// The runtime's own threads (tiered compilation, finalizers) allocate now and then, too: what every step allocates is in each window of 20, so the fewest is
// the step's.
static void PrintFewestBytes(int warmUp, Func<long> allocated, Action step)
{
    for (int i = 0; i < warmUp; i++) step();
    long fewest = long.MaxValue;
    for (int window = 0; window < 5; window++)
    {
        long before = allocated();
        for (int i = 0; i < 20; i++) step();
        fewest = Math.Min(fewest, allocated() - before);
    }

    Console.WriteLine($"bytes {fewest}");
}
