using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Progress;
using DistConv.Cli.Reports;
using DistConv.Client;
using DistConv.Client.Sources;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Cli.Running;

/// <summary>Has a cluster train a job, and watches it: what <see cref="JobLauncher"/> is for this machine. The job does not need this process.</summary>
internal sealed class ClusterLauncher(CliContext context, RunRequest request, NamedSource source)
{
    /// <summary>How long a job that nobody is to watch may take to get its silos before it is left alone.</summary>
    private static readonly TimeSpan _startPatience = TimeSpan.FromSeconds(10);

    /// <summary>Submits a job. One that exists with the same specification is the same job.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="planned">The job.</param>
    /// <param name="target">Where copies go, or null.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="Core.InvalidInputException">The cluster refuses it.</exception>
    public async Task<int> TrainAsync(string job, TrainingPlan planned, IResultTarget? target)
    {
        int silos = (await ((ClusterSource)source.Jobs).SilosAsync(context.Stop)).Count;
        string how = $"{Format.Plural(silos, "silo")} of {source.Name.Name}";
        foreach (string line in Introduction.Lines(job, planned, how, int.Min(silos, planned.Specification.Shards))) context.Output.Say(line);
        return await RunAsync(job, planned.Specification, () => source.Jobs.SubmitAsync(job, planned, context.Stop), target);
    }

    /// <summary>Goes on with a job.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="spec">Its specification.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="Core.InvalidInputException">The cluster refuses it.</exception>
    public Task<int> ResumeAsync(string job, JobSpec spec) => RunAsync(
        job, spec, () => source.Jobs.ResumeAsync(job, request.ToOptions(), context.Stop), target: null);

    private async Task<int> RunAsync(string job, JobSpec spec, Func<Task> start, IResultTarget? target)
    {
        await using IAsyncDisposable? page = request.Dashboard is { } choice
            ? await DashboardHosting.StartAsync(choice, source.Jobs, request.Data, context) : null;
        try
        {
            await start();
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            context.Output.Say($"interrupted while {source.Name.Name} was asked: {ReportText.HowToWatch(job, source.Name)}");
            return ExitCodes.Interrupted;
        }

        if (!request.Detach) return await new JobWatcher(context, source, request.Json).RunAsync(job, target);
        JobStatus status = await StartedAsync(job);
        new JobEnding(context, source, request.Json).Write(new RunReport
        {
            Job = job,
            State = status.State,
            Spec = spec,
            Step = status.Step,
            Epochs = status.Epochs,
            OutDirectory = (await source.Jobs.OutlineAsync(job, context.Stop)).Folder,
            Status = status,
        });
        return ExitCodes.Done;
    }

    /// <summary>The status as soon as silos compute, or the job waits for memory or has ended.</summary>
    private async Task<JobStatus> StartedAsync(string job)
    {
        long start = context.Time.GetTimestamp();
        while (true)
        {
            JobStatus status = await source.Jobs.GetStatusAsync(job, context.Stop);
            if (status.State != JobState.Running || status.Silos.Count > 0 || context.Time.GetElapsedTime(start) >= _startPatience) return status;
            await Task.Delay(JobWatch.PollInterval, context.Time, context.Stop);
        }
    }
}
