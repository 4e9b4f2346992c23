using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Progress;
using DistConv.Cli.Reports;
using DistConv.Client;
using DistConv.Client.Running;
using DistConv.Client.Sources;
using DistConv.Core.Kernels;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Running;

/// <summary>Trains a job that stands in the store, from its newest snapshot to its end, and reports: the common part of <c>train</c> and <c>jobs
/// resume</c>.</summary>
/// <param name="context">The command line.</param>
/// <param name="request">How to run it.</param>
/// <param name="kernel">The kernels.</param>
/// <param name="starting">What trains it, if that starts already.</param>
internal sealed class JobLauncher(CliContext context, RunRequest request, KernelSet kernel, StartingTrainer? starting = null)
{
    /// <summary>Stores a job and runs it. One that exists with the same specification is the same job.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="plan">The job.</param>
    /// <param name="target">Where copies and pictures go, or null: then the pictures go into the job's folder.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="Core.InvalidInputException">The job exists with another specification, another process trains it, or it stands behind the step at which
    /// to stop.</exception>
    public Task<int> TrainAsync(string job, TrainingPlan plan, IResultTarget? target) =>
        RunAsync(source => source.Create(job, plan), _ => Task.FromResult(plan), target);

    /// <summary>Goes on with a job.</summary>
    /// <param name="job">Its id.</param>
    /// <param name="plan">Finds model and data of the job: called only if there is something to train.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="Core.InvalidInputException">There is no such job, another process trains it, or it cannot be resumed.</exception>
    public Task<int> ResumeAsync(string job, Func<JobFolder, Task<TrainingPlan>> plan) => RunAsync(source => source.Open(job), plan, target: null);

    private async Task<int> RunAsync(Func<StoreSource, JobFolder> open, Func<JobFolder, Task<TrainingPlan>> plan, IResultTarget? target)
    {
        JobFolder folder;
        JobStatus? status;
        await using (StoreSource source = new(request.Store.Directory, request.Data, context.Time, StartTrainerAsync))
        {
            await using IAsyncDisposable? page = request.Dashboard is { } choice
                ? await DashboardHosting.StartAsync(choice, source, request.Data, context) : null;
            folder = open(source);
            JobStart start = StoreSource.Prepare(folder, request.StopAt);
            status = await TrainAsync(source, folder, start, plan);
        }

        NamedSource stored = request.Store.ToSource(context);
        RunReport report = status is not null ? FromRun(folder, status) : (await stored.Jobs.ShowAsync(folder.Id, CancellationToken.None)).ToReport();
        return await new JobEnding(context, stored, request.Json)
            .FinishAsync(report, target ?? new JobFolderPictures(context.Output), interrupts: context.Stop.IsCancellationRequested);
    }

    private Task<IJobTrainer> StartTrainerAsync(CancellationToken stop) => starting?.TakeAsync() ?? Trainers.StartAsync(request, kernel, context, stop);

    /// <returns>The last status; null if the job was done before.</returns>
    private async Task<JobStatus?> TrainAsync(StoreSource source, JobFolder folder, JobStart start, Func<JobFolder, Task<TrainingPlan>> plan)
    {
        IConsoleOutput output = context.Output;
        ProgressReporter progress = new(output, context.Time);
        progress.Warn(start.Warnings);
        if (start.IsDone)
        {
            output.Say($"job {folder.Id} is already done");
            return null;
        }

        TrainingPlan planned = await plan(folder);
        foreach (string line in Introduction.Lines(folder.Id, planned, Introduction.How(request, kernel.Name), request.Silos)) output.Say(line);
        if (start.Newest is { Snapshot.Step: > 0 } resumed) output.Say($"  resuming at step {resumed.Snapshot.Step:N0}");
        progress.Begin(planned.Shards, JobFigures.Of(planned.Specification), start.Newest?.Snapshot.Epochs.Count ?? 0,
            planned.Specification.Oversampling is null ? null : planned.Specification.Samples);
        if (output.IsLive) progress.Remember(folder.ReadRecordTable().Steps, start.Newest?.Snapshot.Step ?? 0);
        using CancellationTokenRegistration note = context.Stop.Register(() => output.Say("stopping after this step, with a snapshot (Ctrl-C again: at once)"));
        await source.StartAsync(folder, planned, request.ToOptions(), context.Stop);
        ScalingEstimate? scaling = request.Local || output.Quiet ? null : new(
            planned.Specification, kernel, request, Environment.ProcessorCount, () => folder.ReadRecordTable().Steps, start.Newest?.Snapshot.Step ?? 0);
        JobSession session = new(await source.FollowAsync(folder.Id, CancellationToken.None), () => source.StopAsync(folder.Id), context.Time, status =>
        {
            progress.Report(status);
            if (scaling?.Look(status) is { } line) output.Say($"  {line}");
        });
        return await session.RunAsync(context.Stop);
    }

    private static RunReport FromRun(JobFolder folder, JobStatus status)
    {
        JobOutline job = new(folder.Id, folder.Spec, folder.Path, folder.Snapshots(), status.Epochs);
        return job.ToReport(status) with { Final = job.Snapshots is [.., var last] && status.FinalSnapshot is not null ? last : null };
    }
}
