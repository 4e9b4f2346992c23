using DistConv.Cli.Application;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Progress;

/// <summary>Shows a job that another process trains, until it ends or the one who watches does.</summary>
internal sealed class JobWatch(JobFolder folder, CliContext context)
{
    /// <summary>Time between two looks at the folder.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Watches.</summary>
    /// <returns>The job's last status, or null if Ctrl-C ended the watching.</returns>
    public async Task<JobStatus?> RunAsync()
    {
        StoredProgress stored = new(folder, context.Time);
        ProgressReporter progress = new(context.Output, context.Time);
        progress.Begin(stored.Plan, stored.EpochCount);
        bool first = true;
        while (!context.Stop.IsCancellationRequested)
        {
            JobStatus status = stored.Look(progress.Curve);
            bool ended = status.State is not (JobState.Queued or JobState.Running);
            if (first && status.State == JobState.Queued) context.Output.Say($"job {folder.Id} has not been started yet; waiting (Ctrl-C ends the watching)");
            if (!first || !ended || context.Output.IsLive) progress.Report(status);
            if (ended) return status;
            first = false;
            await Task.Delay(PollInterval, context.Time, context.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        context.Output.EndLive(keep: true);
        return null;
    }
}
