using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;

switch (args)
{
    case ["digests"]:
        PrintDigests();
        return 0;
    case ["allocations", "trainer"]:
        PrintTrainerAllocations();
        return 0;
    case ["allocations", "loop"]:
        await PrintLoopAllocations();
        return 0;
    default:
        await Console.Error.WriteLineAsync("usage: DistConv.Leg digests | allocations trainer | allocations loop");
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

static void PrintTrainerAllocations()
{
    JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adam).Clipped();
    using var pool = new ComputePool(2);
    using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
    PrintFewestBytes(40, () => trainer.Step());
}

static async Task PrintLoopAllocations()
{
    using var folder = new TemporaryFolder();
    JobSpec spec = TinyJobs.Spec(optimizer: TinyJobs.Adam, batch: 10, shards: 3, steps: 200);
    using var pool = new ComputePool(2);
    using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
    JobFolder job = new JobStore(folder.Root).Create("job", spec);
    await using var loop = new TrainingLoop(job, trainer, new RunOptions(SnapshotEverySteps: 1000), TimeProvider.System);
    PrintFewestBytes(60, () => loop.AdvanceAsync(TimeSpan.Zero, CancellationToken.None).GetAwaiter().GetResult());
}

// The runtime's own threads (tiered compilation, finalizers) allocate now and then, too: what every step allocates is in each window of 20, so the fewest is
// the step's.
static void PrintFewestBytes(int warmUp, Action step)
{
    for (int i = 0; i < warmUp; i++) step();
    long fewest = long.MaxValue;
    for (int window = 0; window < 5; window++)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < 20; i++) step();
        fewest = Math.Min(fewest, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    Console.WriteLine($"bytes {fewest}");
}
