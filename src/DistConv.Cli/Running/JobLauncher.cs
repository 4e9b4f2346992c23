using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Places;
using DistConv.Cli.Progress;
using DistConv.Cli.Reports;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;

namespace DistConv.Cli.Running;

/// <summary>Trains a job that stands in the store, from its newest snapshot to its end, and reports: the common part of <c>train</c> and <c>jobs resume</c>.</summary>
internal sealed class JobLauncher(CliContext context, RunRequest request)
{
    /// <summary>Runs the job.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="plan">Finds model and data of the job: called only if there is something to train.</param>
    /// <param name="kernel">The kernel set.</param>
    /// <param name="target">Where copies and pictures go, or null: then the pictures go into the job's folder.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="InvalidInputException">Another process trains it, it cannot be resumed, or <c>--stop-at</c> lies behind it.</exception>
    public async Task<int> RunAsync(JobFolder folder, Func<PlannedJob> plan, KernelSet kernel, IResultTarget? target)
    {
        IConsoleOutput output = context.Output;
        if (folder.IsRunning) throw IsRunning(folder);
        StoredSnapshot? stored = folder.LatestVerified(out IReadOnlyList<string> warnings);
        ProgressReporter progress = new(output, context.Time);
        progress.Warn(warnings);
        stored?.Snapshot.EnsureResumable(folder.Id);
        if (stored is not null && (stored.Snapshot.Step >= folder.Spec.TotalSteps || EarlyStopping.IsOver(folder.Spec, stored.Snapshot.Epochs)) && folder.Summary().State == JobState.Done)
        {
            output.Say($"job {folder.Id} is already done");
            return await FinishAsync(new JobView(folder.Spec, folder.Summary(), folder.Path, folder.Snapshots(), stored).ToReport(), target);
        }

        if (request.StopAt <= stored?.Snapshot.Step)
            throw new InvalidInputException($"--stop-at is {request.StopAt}, but job '{folder.Id}' stands at step {stored!.Snapshot.Step} already; give a later step");
        PlannedJob planned = plan();
        foreach (string line in Introduction.Lines(folder.Id, planned, Introduction.How(request, kernel.Name), request.Silos)) output.Say(line);
        if (stored is { Snapshot.Step: > 0 }) output.Say($"  resuming at step {stored.Snapshot.Step:N0}");
        progress.Begin(planned.Plan, stored?.Snapshot.Epochs.Count ?? 0);
        if (output.IsLive) progress.Remember(folder.FollowLog().ReadNew(), stored?.Snapshot.Step ?? 0);
        using CancellationTokenRegistration note = context.Stop.Register(() => output.Say("stopping after this step, with a snapshot (Ctrl-C again: at once)"));
        NoteDataDirectory(folder, planned.DataDirectory);
        JobStatus status;
        await using (IJobRunner runner = await RunnerFactory.StartAsync(folder, planned, request, kernel, context))
        {
            RunOptions options = new(request.StopAt, request.SnapshotEverySteps);
            status = await new JobSession(runner, context.Time, progress.Report).RunAsync(folder.Id, options, context.Stop);
        }

        return await FinishAsync(FromRun(folder, status), target);
    }

    private async Task<int> FinishAsync(RunReport report, IResultTarget? target)
    {
        await using StorePlace place = new(request.Store, context);
        return await new JobEnding(context, place, request.Json).FinishAsync(report, target ?? new JobFolderPictures(context.Output), interrupts: context.Stop.IsCancellationRequested);
    }

    private static RunReport FromRun(JobFolder folder, JobStatus status) => new()
    {
        Job = folder.Id,
        State = status.State,
        Spec = folder.Spec,
        Step = status.Step,
        Epochs = status.Epochs,
        OutDirectory = folder.Path,
        Initial = folder.Snapshots() is [{ Step: 0 } first, ..] ? first : null,
        Final = folder.Snapshots() is [.., var last] && status.FinalSnapshot is not null ? last : null,
        Best = JobView.BestOf(folder.Snapshots(), status.Epochs),
        WeightsDigest = status.WeightsDigest,
        Status = status,
    };

    /// <summary>Keeps where the data set was found, for whoever resumes the job. Claims the job for that, so under its lock.</summary>
    private static void NoteDataDirectory(JobFolder folder, string? directory)
    {
        if (directory is null || folder.ReadOrigin()?.DataDirectory == directory) return;
        using JobLock gate = folder.TryAcquireLock() ?? throw IsRunning(folder);
        folder.WriteOrigin(new JobOrigin(directory), folder.ClaimFence());
    }

    private static InvalidInputException IsRunning(JobFolder folder) =>
        new($"job '{folder.Id}' is being trained by another process; wait for it, or stop that one first");
}
