using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
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
    /// <param name="outFolder">Where copies go, or null.</param>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="InvalidInputException">Another process trains it, it cannot be resumed, or <c>--stop-at</c> lies behind it.</exception>
    public async Task<int> RunAsync(JobFolder folder, Func<PlannedJob> plan, KernelSet kernel, OutFolder? outFolder)
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
            return Finish(FromStore(folder, stored, JobState.Done), outFolder);
        }

        if (request.StopAt <= stored?.Snapshot.Step)
            throw new InvalidInputException($"--stop-at is {request.StopAt}, but job '{folder.Id}' stands at step {stored!.Snapshot.Step} already; give a later step");
        PlannedJob planned = plan();
        foreach (string line in Introduction.Lines(folder.Id, planned, request, kernel.Name)) output.Say(line);
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

        return Finish(FromRun(folder, status), outFolder);
    }

    /// <summary>A report about a job that nobody trains now.</summary>
    public static RunReport FromStore(JobFolder folder, StoredSnapshot? stored, JobState state) => new()
    {
        Job = folder.Id,
        State = state,
        Spec = folder.Spec,
        Step = stored?.Snapshot.Step ?? 0,
        Epochs = stored?.Snapshot.Epochs ?? [],
        OutDirectory = folder.Path,
        InitialSnapshot = Initial(folder),
        FinalSnapshot = stored?.Head.Path,
        BestSnapshot = Best(folder, stored?.Snapshot.Epochs ?? []),
        WeightsDigest = stored?.Snapshot.WeightsDigest(),
    };

    private static RunReport FromRun(JobFolder folder, JobStatus status) => new()
    {
        Job = folder.Id,
        State = status.State,
        Spec = folder.Spec,
        Step = status.Step,
        Epochs = status.Epochs,
        OutDirectory = folder.Path,
        InitialSnapshot = status.InitialSnapshot ?? Initial(folder),
        FinalSnapshot = status.FinalSnapshot,
        BestSnapshot = Best(folder, status.Epochs),
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

    private static string? Initial(JobFolder folder) => folder.Snapshots() is [{ Step: 0 } first, ..] ? first.Path : null;

    private static string? Best(JobFolder folder, IReadOnlyList<EpochMetrics> epochs) =>
        EarlyStopping.Best(epochs) is { } best ? folder.Snapshots().LastOrDefault(head => head.Step == best.Step).Path : null;

    private void ShowFailure(RunReport report)
    {
        string[] lines = (report.Status?.Message ?? "it left no reason").Split('\n', 2);
        string line = $"job {report.Job} failed: {lines[0].TrimEnd()}";
        if (lines.Length == 1) context.Output.Error(line);
        else context.Output.InternalError(line, lines[1]);
    }

    private int Finish(RunReport report, OutFolder? outFolder)
    {
        if (report.State == JobState.Failed) ShowFailure(report);
        RunReport final = outFolder is null ? report : outFolder.Fill(report);
        string store = request.Store.Argument;
        bool unfinished = report.State is not (JobState.Done or JobState.Failed);
        if (unfinished) context.Output.Say(ReportText.HowToResume(final, store));
        if (request.Json)
        {
            JsonLine.Write(context.Output, final.ToJson());
        }
        else
        {
            foreach (string line in ReportText.Lines(final, store)) context.Output.Result(line);
        }

        if (report.State == JobState.Failed) return ExitCodes.Failed;
        return unfinished && context.Stop.IsCancellationRequested ? ExitCodes.Interrupted : ExitCodes.Done;
    }
}
