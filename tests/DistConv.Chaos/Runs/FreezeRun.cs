using System.Diagnostics;
using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Runs;

/// <summary>Silos that stop answering without dying, and come back.</summary>
internal sealed class FreezeRun(RealCluster cluster, double seconds, double bound)
{
    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(60);

    /// <summary>Stops a silo for a while.</summary>
    /// <param name="job">The running job.</param>
    /// <param name="coordinator">Whether the one that coordinates the job; else another one.</param>
    /// <param name="cut">Whether it is cut off by the network; else stopped by SIGSTOP.</param>
    /// <param name="token">Ends the run.</param>
    /// <returns>A line for everything that was violated.</returns>
    public async Task<IReadOnlyList<string>> StopAsync(ClusterJob job, bool coordinator, bool cut, CancellationToken token)
    {
        await cluster.UntilAllTakePartAsync(job, _recovery, token);
        SupervisedSilo silo = coordinator
            ? cluster.CoordinatorOf(job) ?? throw new InvalidOperationException($"nobody coordinates job '{job.Id}'")
            : cluster.WorkersOf(job)[0];
        (int process, int position, long at) = (silo.ProcessId, cluster.Journal.Count, Stopwatch.GetTimestamp());
        if (cut) await cluster.Fabric.IsolateAsync(silo.Place.Number);
        else silo.Freeze();
        StepMark mark = job.Observer.Mark(at);
        SeenStep next = await job.Observer.NextAsync(mark, _recovery, token);
        double after = Stopwatch.GetElapsedTime(at, next.SeenAt).TotalSeconds;
        TimeSpan left = TimeSpan.FromSeconds(seconds) - Stopwatch.GetElapsedTime(at);
        if (left > TimeSpan.Zero) await Task.Delay(left, token);
        long endedAt = Stopwatch.GetTimestamp();
        if (cut) await cluster.Fabric.HealAsync();
        else silo.Thaw();
        await cluster.UntilAllTakePartAsync(job, _recovery, token);

        string who = coordinator ? "coordinator" : "worker";
        string how = silo.ProcessId == process ? "the same process takes part" : "it was started again and takes part";
        Console.WriteLine(
            $"| {(cut ? "cut off" : "SIGSTOP")} of the {who}'s silo for {seconds:F0} s | {after:F2} s | {Stopwatch.GetElapsedTime(endedAt).TotalSeconds:F1} "
                + $"s: {how} |");
        foreach (JournalLine line in cluster.Journal.Since(position).Where(line => line.Source == silo.Name)) Console.WriteLine($"    {line}");
        return after <= bound ? [] : [$"{who}: the next step came after {after:F2} s, {bound} s are allowed"];
    }
}
