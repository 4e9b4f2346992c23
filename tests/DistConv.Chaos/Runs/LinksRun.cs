using System.Diagnostics;
using DistConv.Chaos.Harness;
using DistConv.Training.Records;

namespace DistConv.Chaos.Runs;

/// <summary>One job whose silos' links get one rate after another.</summary>
internal sealed class LinksRun(RealCluster cluster, ClusterJob job, LinksOptions options)
{
    /// <summary>Steps between two snapshots: with each, the job's folder says who takes part.</summary>
    public const long SnapshotEvery = 20;

    /// <summary>Steps after a change before any is measured.</summary>
    private const int Settling = 10;

    private static readonly TimeSpan _recovery = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _measurement = TimeSpan.FromMinutes(5);

    /// <summary>Runs all of it.</summary>
    /// <param name="token">Ends the run.</param>
    /// <returns>A line for everything that was violated.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken token)
    {
        await cluster.UntilAllTakePartAsync(job, _recovery, token);
        Console.WriteLine("| links | steps | step: median | p90 | compute | exchange | update | a silo sends |\n|---|---|---|---|---|---|---|---|");
        await MeasureAsync("not limited", token);
        foreach (Link link in options.Links)
        {
            foreach (SupervisedSilo silo in cluster.Silos) await cluster.Fabric.ShapeAsync(silo.Place.Number, link);
            await MeasureAsync($"{link}", token);
        }

        return await SlowOneAsync(options.Links[^1], token);
    }

    private async Task MeasureAsync(string links, CancellationToken token)
    {
        await job.Observer.ReachAsync(job.Observer.Highest + Settling, _measurement, token);
        long first = job.Observer.Highest + 1;
        await job.Observer.ReachAsync(first + options.Steps, _measurement, token);
        Print(links, [.. job.Folder.ReadRecordTable().Steps.Where(step => step.Step >= first && step.Step < first + options.Steps)]);
    }

    private void Print(string links, IReadOnlyList<StepEntry> steps)
    {
        Distribution whole = Distribution.Of([.. steps.Select(step => step.Milliseconds)]);
        Console.WriteLine(
            $"| {links} | {steps.Count} | {whole.Median:F1} ms | {whole.P90:F1} ms | {Median(step => step.Timing.Compute):F1} ms "
                + $"| {Median(step => step.Timing.Exchange):F1} ms | {Median(step => step.Timing.Update):F1} ms "
                + $"| {Median(step => step.Timing.ExchangedBytes) / cluster.Silos.Count / 1e6:F2} MB |");

        double Median(Func<StepEntry, double> value) => Distribution.Of([.. steps.Select(value)]).Median;
    }

    /// <summary>One silo's link becomes slower: the job goes on, with the silo or without it, and it takes part again when its link is as before.</summary>
    private async Task<IReadOnlyList<string>> SlowOneAsync(Link link, CancellationToken token)
    {
        await cluster.UntilAllTakePartAsync(job, _recovery, token);
        SupervisedSilo slow = cluster.WorkersOf(job)[0];
        long first = job.Observer.Highest + 1, last = first;
        (long at, double longest) = (Stopwatch.GetTimestamp(), 0);
        Link slower = link with { Megabits = link.Megabits / options.SlowTimes };
        await cluster.Fabric.ShapeAsync(slow.Place.Number, slower);
        long started = at;
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < options.SlowSeconds)
        {
            await Task.Delay(5, token);
            if (job.Observer.Highest + 1 is var next && next == last) continue;
            longest = double.Max(longest, Stopwatch.GetElapsedTime(at).TotalSeconds);
            (last, at) = (next, Stopwatch.GetTimestamp());
        }

        longest = double.Max(longest, Stopwatch.GetElapsedTime(at).TotalSeconds);
        await cluster.Fabric.ShapeAsync(slow.Place.Number, link);
        Print($"{slow.Name}'s with {slower}", [.. job.Folder.ReadRecordTable().Steps.Where(step => step.Step >= first && step.Step < last)]);
        long healed = Stopwatch.GetTimestamp();
        await cluster.UntilAllTakePartAsync(job, _recovery, token);
        Console.WriteLine(
            $"\nwhile the link was slow, steps came at most {longest:F1} s apart; "
                + $"the silo takes part again {Stopwatch.GetElapsedTime(healed).TotalSeconds:F1} s after");
        foreach (JobEvent happened in job.Folder.ReadRecordTable().Events.Where(happened => happened.Step >= first)) Console.WriteLine($"    {happened.Text}");
        return last > first ? [] : [$"no step was completed in {options.SlowSeconds} s"];
    }
}
