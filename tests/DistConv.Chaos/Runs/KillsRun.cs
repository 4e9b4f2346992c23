using System.Diagnostics;
using DistConv.Chaos.Harness;

namespace DistConv.Chaos.Runs;

/// <summary>Kills one after another, each when the cluster is whole again, on jobs that are compared with their quiet runs.</summary>
internal sealed class KillsRun(RealCluster cluster, KillsOptions options, Action<KillResult> done)
{
    private const int KillsOfAJob = 15;

    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(60);
    private int _jobs;

    /// <summary>Does them all.</summary>
    /// <param name="kills">What is to be done.</param>
    /// <param name="first">The number of the first.</param>
    /// <param name="token">Ends the run.</param>
    /// <returns>A line for everything that was violated.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<PlannedKill> kills, int first, CancellationToken token)
    {
        List<string> wrong = [];
        int number = first;
        foreach (IGrouping<(int Silos, JobRecipe Recipe), PlannedKill> alike in kills.GroupBy(kill => (kill.Silos, RecipeOf(kill.Victim))))
        {
            while (cluster.Silos.Count < alike.Key.Silos) await (await cluster.AddAsync()).ReadyAsync(_recovery, token);
            foreach (PlannedKill[] together in alike.Chunk(KillsOfAJob))
            {
                await using ClusterJob job = await cluster.SubmitAsync(
                    $"kills-{options.Seed}-{++_jobs}", alike.Key.Recipe, JobRecipe.Endless, options.SnapshotEvery, token);
                foreach (PlannedKill kill in together) wrong.AddRange(await KillAsync(job, kill, number++, token));
                IReadOnlyList<string> flaws = await cluster.PauseAndCheckAsync(job, token);
                wrong.AddRange(flaws.Select(flaw => $"job {job.Id}: {flaw}"));
                Console.WriteLine(
                    $"job {job.Id}: {job.Observer.Highest + 1} steps, {StoreAudit.Segments(job.Folder).Count} claims, "
                        + $"{(flaws.Count == 0 ? "the quiet digest" : flaws[0])}");
            }
        }

        return wrong;
    }

    /// <summary>Only of a model of some size are there several owners, and moments between what they send.</summary>
    private static JobRecipe RecipeOf(Victim victim) => victim == Victim.Owner ? JobRecipe.Wide : JobRecipe.Tiny;

    private async Task<IReadOnlyList<string>> KillAsync(ClusterJob job, PlannedKill kill, int number, CancellationToken token)
    {
        await cluster.UntilAllTakePartAsync(job, _recovery, token);
        long complete = job.Status!.Step;
        await Task.Delay(TimeSpan.FromSeconds(kill.DelaySeconds), token);
        IReadOnlyList<SupervisedSilo> victims = await ChooseAsync(job, kill, token);
        long at = await StrikeAsync(kill, victims);
        StepMark mark = job.Observer.Mark(at);
        SeenStep next = await job.Observer.NextAsync(mark, _recovery, token);
        double seconds = Stopwatch.GetElapsedTime(at, next.SeenAt).TotalSeconds;
        long recomputed = job.Observer.RecomputedUnder(mark, next.Fence);
        await cluster.UntilAllTakePartAsync(job, _recovery, token);
        done(new KillResult(options.Seed, number, kill.Victim, kill.Silos, seconds, recomputed, Stopwatch.GetElapsedTime(at).TotalSeconds));
        long allowed = kill.Victim == Victim.All ? options.SnapshotEvery : job.Observer.RecomputableUnder(mark, complete);
        return recomputed <= allowed ? [] : [$"kill {number} ({kill.Victim}): {recomputed} completed steps were computed again, {allowed} may be"];
    }

    /// <summary>Kills.</summary>
    /// <returns>When.</returns>
    /// <exception cref="TimeoutException">An owner exchanged nothing.</exception>
    private static async Task<long> StrikeAsync(PlannedKill kill, IReadOnlyList<SupervisedSilo> victims)
    {
        long at = Stopwatch.GetTimestamp();
        if (kill.Victim != Victim.Owner)
        {
            foreach (SupervisedSilo silo in victims) silo.Kill();
            return at;
        }

        double? struck = await ExchangeAim.StrikeAsync(
            victims[0].ProcessId, kill.DelaySeconds,
            () =>
            {
                at = Stopwatch.GetTimestamp();
                victims[0].Kill();
            },
            _recovery);
        return struck is null ? throw new TimeoutException($"{victims[0].Name} exchanged no gradients within {_recovery.TotalSeconds} s") : at;
    }

    private async Task<IReadOnlyList<SupervisedSilo>> ChooseAsync(ClusterJob job, PlannedKill kill, CancellationToken token)
    {
        if (kill.Victim == Victim.All) return cluster.Silos;
        long started = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(started) < _recovery)
        {
            if (cluster.CoordinatorOf(job) is { } coordinator)
            {
                if (kill.Victim == Victim.Coordinator) return [coordinator];
                IReadOnlyList<SupervisedSilo> workers = cluster.WorkersOf(job);
                return [workers[kill.Pick % workers.Count]];
            }

            await Task.Delay(20, token);
        }

        throw new TimeoutException($"nobody coordinates job '{job.Id}'");
    }
}
