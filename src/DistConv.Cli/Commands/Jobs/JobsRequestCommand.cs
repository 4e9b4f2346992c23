using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Progress;
using DistConv.Cli.Reports;
using DistConv.Client.Running;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs pause</c> and <c>distconv jobs cancel</c>: ask for a job's end at a step boundary, with a snapshot, and wait for it.</summary>
internal static class JobsRequestCommand
{
    /// <summary>How long to wait: a step takes seconds at most, and a cluster that has lost a coordinator needs some to go on.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    /// <summary><c>jobs pause</c>.</summary>
    public static Command CreatePause(CliContext context) => Create(
        context, JobRequest.Pause, "pause", "End a job at its next step, with a snapshot, until 'jobs resume'. A cluster leaves it alone until then.");

    /// <summary><c>jobs cancel</c>.</summary>
    public static Command CreateCancel(CliContext context) => Create(
        context, JobRequest.Cancel, "cancel", "End a job at its next step, with a snapshot, for good ('jobs resume' can still go on with it).");

    private static DocumentedCommand Create(CliContext context, JobRequest request, string name, string description)
    {
        DocumentedCommand command = new(name, description, $"distconv jobs {name} JOB", $"distconv jobs {name} JOB --cluster redis://HOST:6379");
        Argument<string> job = JobsCommand.JobArgument();
        SourceOptionSet sources = new();
        Option<bool> json = CommonOptions.Json();
        command.Add(job);
        sources.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            return await RunAsync(source, parsed.GetRequiredValue(job), request, parsed.GetValue(json), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(NamedSource source, string job, JobRequest request, bool json, CliContext context)
    {
        await source.Jobs.RequestAsync(job, request, context.Stop);
        if (await EndAsync(await source.Jobs.FollowAsync(job, context.Stop), context) is not { } status)
        {
            string asked = request == JobRequest.Pause ? "paused" : "cancelled";
            string watch = $"distconv jobs watch {job}{source.Name.Argument}";
            context.Output.Error(
                $"job {job} has not ended within {_patience.TotalSeconds:0} s; it will be {asked} as soon as its coordinator gets to it: {watch}");
            return ExitCodes.Failed;
        }

        RunReport report = (await source.Jobs.ShowAsync(job, context.Stop)).ToReport() with { State = status.State, Step = status.Step, Status = status };
        if (json)
        {
            JsonLine.Write(context.Output, report.ToJson());
            return ExitCodes.Done;
        }

        context.Output.Result($"job {job}: {RunReport.Name(status.State)} at step {status.Step:N0} of {report.Spec.TotalSteps:N0}");
        if (status.State != JobState.Done) context.Output.Result($"go on with: distconv jobs resume {job}{source.Name.Argument}");
        return ExitCodes.Done;
    }

    /// <summary>The status in which a job ends, or null if it does not.</summary>
    private static async Task<JobStatus?> EndAsync(IJobProgress progress, CliContext context)
    {
        long start = context.Time.GetTimestamp();
        while (context.Time.GetElapsedTime(start) < _patience)
        {
            JobLook look = await progress.LookAsync(context.Stop);
            if (look.HasEnded) return look.Status;
            await Task.Delay(JobWatch.PollInterval, context.Time, context.Stop);
        }

        return null;
    }
}
