using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Reports;
using DistConv.Cli.Running;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs watch</c>: the display of <c>train</c> for a job that another process or a cluster trains.</summary>
internal static class JobsWatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "watch",
            "Watch a job that another process or a cluster trains, until it ends. Ctrl-C ends only the watching.",
            "distconv jobs watch JOB",
            "distconv jobs watch JOB --store DIR 2> progress.txt",
            "distconv jobs watch JOB --cluster redis://HOST:6379 --out DIR");
        Argument<string> job = JobsCommand.JobArgument();
        SourceOptionSet sources = new();
        Option<string?> target = CommonOptions.Out();
        Option<bool> json = CommonOptions.Json();
        command.Add(job);
        sources.AddTo(command);
        command.Add(target);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            string id = parsed.GetRequiredValue(job);
            await source.Jobs.FollowAsync(id, context.Stop); // A job that is not there leaves no folder behind.
            using IResultTarget? copies = ResultTargets.Prepare(parsed.GetValue(target), context.Output);
            return await new JobWatcher(context, source, parsed.GetValue(json)).RunAsync(id, copies);
        });
        return command;
    }
}
