using DistConv.Cli.Context;
using DistConv.Client.Running;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Cli.Progress;

/// <summary>Shows a job that another process trains, until it ends or the one who watches does.</summary>
internal sealed class JobWatch(IJobProgress job, CliContext context)
{
    /// <summary>Time between two looks at the job.</summary>
    public static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>Watches.</summary>
    /// <returns>The job's last status, or null if Ctrl-C ended the watching.</returns>
    public async Task<JobStatus?> RunAsync()
    {
        ProgressReporter progress = new(context.Output, context.Time);
        progress.Begin(job.Plan, JobFigures.Of(job.Specification), job.EpochCount,
            job.Specification.Oversampling is null ? null : job.Specification.Samples);
        bool first = true;
        while (!context.Stop.IsCancellationRequested)
        {
            if (await LookAsync() is not { } look) break;
            JobStatus status = look.Status;
            foreach (StepEntry step in look.Steps) progress.Curve.Add(step.Step, step.Step + 1, step.Loss);
            bool ended = look.HasEnded;
            if (first && status.State == JobState.Queued) context.Output.Say($"job {job.Job} has not been started yet; waiting (Ctrl-C ends the watching)");
            if (!first || !ended || context.Output.IsLive) progress.Report(status);
            if (ended) return status;
            first = false;
            await Task.Delay(PollInterval, context.Time, context.Stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        context.Output.EndLive(keep: true);
        return null;
    }

    private async Task<JobLook?> LookAsync()
    {
        try
        {
            return await job.LookAsync(context.Stop);
        }
        catch (OperationCanceledException) when (context.Stop.IsCancellationRequested)
        {
            return null;
        }
    }
}
