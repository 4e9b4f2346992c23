using System.Diagnostics;
using DistConv.Chaos.Faults;
using DistConv.Chaos.Harness;
using DistConv.Training.Jobs;

namespace DistConv.Chaos.Runs;

/// <summary>Jobs one after another on a cluster, to which faults are done meanwhile. Every job has to end with the weights of its quiet run and a folder
/// without a flaw.</summary>
internal sealed class ChaosRun(RealCluster cluster, ChaosOptions options, IReadOnlyDictionary<JobRecipe, QuietRun> quiet)
{
    private static readonly TimeSpan _recovery = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _end = TimeSpan.FromMinutes(5);

    /// <summary>After so long the silos' own lines tell why it took so long.</summary>
    private const double LongSeconds = 20;

    private readonly FaultInjector _injector = new(cluster);
    private readonly List<(FaultKind Kind, double Seconds)> _recoveries = [];
    private readonly List<string> _violations = [];
    private readonly Dictionary<string, int> _failures = [];
    private int _faults;
    private int _jobs;

    /// <summary>Runs until the time is over and the last job has ended.</summary>
    /// <returns>Whether nothing was violated.</returns>
    public async Task<bool> RunAsync(CancellationToken token)
    {
        long started = Stopwatch.GetTimestamp();
        ClusterJob job = await SubmitAsync(token);
        try
        {
            using IEnumerator<Fault> schedule = FaultSchedule.Draw(options.Seed).GetEnumerator();
            while (Stopwatch.GetElapsedTime(started).TotalMinutes < options.Minutes && _violations.Count == 0)
            {
                await StrikeAsync(schedule, job, token);
                if (job.Status?.State == JobState.Done) job = await NextAsync(job, token);
            }

            if (_violations.Count == 0)
            {
                await job.UntilAsync(status => status.State == JobState.Done, _end, token);
                Audit(job);
            }
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            Violate(e.Message);
        }
        finally
        {
            await job.DisposeAsync();
        }

        Summarize(Stopwatch.GetElapsedTime(started));
        return _violations.Count == 0;
    }

    private async Task StrikeAsync(IEnumerator<Fault> schedule, ClusterJob job, CancellationToken token)
    {
        List<Injection> injections = [];
        int position = cluster.Journal.Count;
        FaultKind? kind = null;
        bool more = true;
        while (more && schedule.MoveNext())
        {
            Fault fault = schedule.Current;
            if (injections.Count == 0) await Task.Delay(TimeSpan.FromSeconds(fault.PauseSeconds), token);
            if (await _injector.BeginAsync(fault, job) is not { } injection) continue;
            kind ??= fault.Kind;
            _faults++;
            injections.Add(injection);
            Say(injections.Count == 1 ? $"{fault.Kind}: {injection.What}" : $"and {fault.Kind}: {injection.What}");
            more = fault.WithNext && injections.Count < 3;
        }

        StepMark mark = job.Observer.Mark(Stopwatch.GetTimestamp());
        Task over = EndAsync(injections, token);
        bool mayStop = injections.Any(injection => injection.JobMayStop);
        if (mayStop)
        {
            await over;
            mark = job.Observer.Mark(Stopwatch.GetTimestamp());
        }

        TimeSpan limit = _recovery + TimeSpan.FromSeconds(injections.Max(injection => injection.Seconds));
        Recovery recovery = await Progress.ResumesAsync(cluster, job, mark, over, limit, token);
        if (recovery.Seconds is { } seconds) _recoveries.Add((kind!.Value, seconds));
        string ended = recovery.Seconds is { } after ? $"next step {after:F2} s after {(mayStop ? "its end" : "it")}" : "the job had ended";
        if (recovery.Failure is { } failure) _failures[failure] = _failures.GetValueOrDefault(failure) + 1;
        Say($"    {ended}{(recovery.Failure is { } why ? $"; the job had failed ({why}) and was resumed" : "")}");
        if (recovery.Seconds >= LongSeconds) foreach (
            JournalLine line in cluster.Journal.Since(position).Where(line => line.Source != "timeline")) Console.WriteLine($"    {line}");
        await over;
    }

    /// <summary>Ends each fault when its time has come.</summary>
    private static Task EndAsync(IEnumerable<Injection> injections, CancellationToken token) => Task.WhenAll(injections.Select(async injection =>
    {
        await Task.Delay(TimeSpan.FromSeconds(injection.Seconds), token);
        await injection.EndAsync();
    }));

    private async Task<ClusterJob> NextAsync(ClusterJob ended, CancellationToken token)
    {
        Audit(ended);
        ClusterJob next = await SubmitAsync(token);
        await ended.DisposeAsync();
        return next;
    }

    private async Task<ClusterJob> SubmitAsync(CancellationToken token)
    {
        JobRecipe recipe = options.Recipes[_jobs % options.Recipes.Count];
        string id = $"chaos-{++_jobs}";
        ClusterJob job = await cluster.SubmitAsync(id, recipe, options.Steps(recipe), options.SnapshotEvery, token);
        Say($"job {id} ({recipe.Name}, {job.Steps} steps) is submitted");
        return job;
    }

    private void Audit(ClusterJob job)
    {
        IReadOnlyList<string> wrong = StoreAudit.Check(job.Folder, job.Steps, quiet[job.Recipe]);
        foreach (string line in wrong) Violate($"job {job.Id}: {line}");
        int claims = StoreAudit.Segments(job.Folder).Count;
        if (wrong.Count == 0) Say(
            $"job {job.Id} is done under {claims} claims: quiet digest {quiet[job.Recipe].Digest[..23]}…, every file verifies, each step once");
    }

    private void Violate(string line)
    {
        _violations.Add(line);
        Say($"VIOLATED: {line}");
    }

    private void Say(string line)
    {
        cluster.Journal.Add("timeline", line);
        Console.WriteLine($"{cluster.Journal.Now.TotalSeconds,8:F1} s  {line}");
    }

    private void Summarize(TimeSpan elapsed)
    {
        Console.WriteLine($"\n{elapsed.TotalMinutes:F1} min, seed {options.Seed}: {_faults} faults, {_jobs} jobs, {_violations.Count} violations");
        Console.WriteLine("\n| fault | times | next step: median | p90 | longest |\n|---|---|---|---|---|");
        foreach (IGrouping<FaultKind, double> each in _recoveries.GroupBy(each => each.Kind, each => each.Seconds).OrderBy(each => each.Key))
        {
            Distribution seconds = Distribution.Of([.. each]);
            Console.WriteLine($"| {each.Key} | {seconds.Count} | {seconds.Median:F2} s | {seconds.P90:F2} s | {seconds.Max:F2} s |");
        }

        foreach ((string failure, int times) in _failures) Console.WriteLine($"\nfailed and was resumed {times} times: {failure}");
        foreach (string violation in _violations) Console.WriteLine($"\nVIOLATED: {violation}");
    }
}
