using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Running;
using DistConv.Client.Running;
using DistConv.Client.Series;
using DistConv.Client.Sources;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Series;

/// <summary>Trains a series, here or in a cluster, and sums it up.</summary>
internal sealed class SeriesLauncher(CliContext context, SeriesPlan plan, SeriesRun run)
{
    private readonly SeriesEnding _ending = new(context, plan, run);

    /// <summary>Trains what is not done yet.</summary>
    /// <returns>One of <see cref="ExitCodes"/>: failed if a job has failed, though the others were trained.</returns>
    /// <exception cref="Core.InvalidInputException">A job exists with another specification, or results cannot be written; nothing has been trained
    /// then.</exception>
    public async Task<int> RunAsync()
    {
        SeriesTarget.Prepare(run, context.Output);
        await using NamedSource source = await OpenAsync();
        JobSeries series = new(source.Jobs, id => EndAsync(source.Jobs, id), context.Time, new SeriesProgress(context, plan, run.Parallel, EndedAsync));
        int done = await series.CheckAsync(plan.Jobs, context.Stop);
        foreach (string line in await IntroductionAsync(source, done)) context.Output.Say(line);
        await using IAsyncDisposable? page = run.Run.Dashboard is { } choice
            ? await DashboardHosting.StartAsync(choice, source.Jobs, run.Run.Data, context) : null;
        using CancellationTokenRegistration note = context.Stop.Register(() => context.Output.Say(
            "stopping after this step, with a snapshot of each job that runs (Ctrl-C again: at once)"));
        IReadOnlyList<SeriesResult?> results = await series.RunAsync(plan.Jobs, run.Parallel, context.Stop);
        return _ending.Finish(results);

        async Task EndedAsync(SeriesResult result) => await _ending.AddAsync(result, source);
    }

    private async Task<NamedSource> OpenAsync()
    {
        if (run.Run.Cluster is { } cluster) return await cluster.OpenAsync(context);
        return new NamedSource(new StoreSource(run.Run.Store.Directory, run.Run.Data, context.Time, StartTrainerAsync), run.Run.Store.Name);
    }

    private Task<IJobTrainer> StartTrainerAsync(CancellationToken stop) => run.Run.Local
        ? Task.FromResult<IJobTrainer>(new LocalJobTrainers(run.Run.Threads, run.Kernel, context.Time))
        : Trainers.StartAsync(run.Run, run.Kernel, context, stop);

    private static Task EndAsync(IJobSource jobs, string id) =>
        jobs is StoreSource store ? store.StopAsync(id) : jobs.RequestAsync(id, JobRequest.Pause, CancellationToken.None);

    /// <summary>What is said before the first step: as of a single job, and how many there are.</summary>
    private async Task<IEnumerable<string>> IntroductionAsync(NamedSource source, int done)
    {
        SeriesJob first = plan.Jobs[0];
        int silos = source.Jobs is ClusterSource cluster ? (await cluster.SilosAsync(context.Stop)).Count : run.Run.Silos;
        string how = source.Jobs is ClusterSource ? $"{Format.Plural(silos, "silo")} of {source.Name.Name}" : Introduction.How(run.Run, run.Kernel.Name);
        string parallel = run.Parallel == 1 ? "one after another" : $"{run.Parallel} at a time";
        string before = done == 0 ? "" : $"; {done} done already";
        return [
            .. Introduction.Lines(first.Id, first.Plan, how, int.Min(silos, first.Plan.Specification.Shards)),
            $"series {plan.Name}: {Format.Plural(plan.Jobs.Count, "job")} that differ in {string.Join(", ", plan.Columns)}, {parallel}{before}"];
    }
}
