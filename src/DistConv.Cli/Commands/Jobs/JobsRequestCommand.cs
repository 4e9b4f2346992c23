using System.CommandLine;
using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Places;
using DistConv.Cli.Progress;
using DistConv.Cli.Reports;
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
        PlaceOptionSet places = new();
        Option<bool> json = CommonOptions.Json();
        command.Add(job);
        places.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using IJobPlace place = await places.OpenAsync(parsed, context);
            return await RunAsync(place, parsed.GetRequiredValue(job), request, parsed.GetValue(json), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(IJobPlace place, string job, JobRequest request, bool json, CliContext context)
    {
        await place.RequestAsync(job, request);
        if (await EndAsync(await place.FollowAsync(job), context) is not { } status)
        {
            string asked = request == JobRequest.Pause ? "paused" : "cancelled";
            string watch = $"distconv jobs watch {job}{place.Name.Argument}";
            context.Output.Error($"job {job} has not ended within {_patience.TotalSeconds:0} s; it will be {asked} as soon as its coordinator gets to it: {watch}");
            return ExitCodes.Failed;
        }

        RunReport report = (await place.ShowAsync(job)).ToReport() with { State = status.State, Step = status.Step, Status = status };
        if (json)
        {
            JsonLine.Write(context.Output, report.ToJson());
            return ExitCodes.Done;
        }

        context.Output.Result($"job {job}: {RunReport.Name(status.State)} at step {status.Step:N0} of {report.Spec.TotalSteps:N0}");
        if (status.State != JobState.Done) context.Output.Result($"go on with: distconv jobs resume {job}{place.Name.Argument}");
        return ExitCodes.Done;
    }

    /// <summary>The status in which a job ends, or null if it does not.</summary>
    private static async Task<JobStatus?> EndAsync(IJobProgress progress, CliContext context)
    {
        long start = context.Time.GetTimestamp();
        LossCurve unseen = new();
        while (context.Time.GetElapsedTime(start) < _patience)
        {
            JobStatus status = await progress.LookAsync(unseen);
            if (status.State is not (JobState.Queued or JobState.Running)) return status;
            await Task.Delay(JobWatch.PollInterval, context.Time, context.Stop);
        }

        return null;
    }
}
