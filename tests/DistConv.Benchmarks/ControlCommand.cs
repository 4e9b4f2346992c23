using System.CommandLine;
using DistConv.Grains.Tests.Control;

namespace DistConv.Benchmarks;

/// <summary><c>control</c>: what a coordinator's calls cost a step, with workers that compute nothing.</summary>
internal static class ControlCommand
{
    private const int WarmUp = 200;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        Option<int[]> workers = new("--workers")
        {
            Description = "Numbers of workers, the coordinator's own included.",
            DefaultValueFactory = _ => [64, 128, 256],
            AllowMultipleArgumentsPerToken = true,
        };
        Option<int> steps = new("--steps") { Description = "Steps that are measured.", DefaultValueFactory = _ => 1_000 };
        Command command = new("control", "Time, bytes and memory of coordination: workers in a second silo, which only answer.") { workers, steps };
        command.SetAction((parsed, token) => RunAsync(parsed.GetValue(workers)!, parsed.GetValue(steps), token));
        return command;
    }

    private static async Task<int> RunAsync(int[] workers, int steps, CancellationToken token)
    {
        Console.WriteLine("| workers | step: median | p90 | longest | messages | allocated | memory before | after |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        foreach (int count in workers)
        {
            await using StandInCluster cluster = await StandInCluster.StartAsync(count, hasMessages: true, token);
            await cluster.RunAsync(WarmUp, token);
            (long memory, long bytes) = (Memory(), cluster.TrafficBytes);
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            double[] milliseconds = await cluster.RunAsync(steps, token);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            long after = Memory();
            Array.Sort(milliseconds);
            Console.WriteLine(
                $"| {count} | {milliseconds[steps / 2]:F2} ms | {milliseconds[steps * 9 / 10]:F2} ms | {milliseconds[^1]:F2} ms "
                    + $"| {(cluster.TrafficBytes - bytes) / 1e3 / steps:F1} kB | {allocated / 1e3 / steps:F0} kB "
                    + $"| {memory / 1e6:F2} MB | {after / 1e6:F2} MB |");
        }

        return 0;
    }

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
