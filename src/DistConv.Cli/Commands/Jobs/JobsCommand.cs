using System.CommandLine;
using DistConv.Cli.Context;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs</c>: looks at the jobs of a store or of a cluster, and ends, watches and goes on with one.</summary>
internal static class JobsCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CliContext context) => new DocumentedCommand(
        "jobs",
        "List, show, watch, pause, cancel, resume, extend, label, delete and compare the jobs of a store or of a cluster, "
            + "and export what their steps measured.",
        "distconv jobs list",
        "distconv jobs show JOB",
        "distconv jobs watch JOB",
        "distconv jobs pause JOB --cluster redis://HOST:6379",
        "distconv jobs resume JOB",
        "distconv jobs metrics JOB --format csv --out FILE.csv",
        "distconv jobs compare JOB JOB")
    {
        JobsListCommand.Create(context),
        JobsShowCommand.Create(context),
        JobsWatchCommand.Create(context),
        JobsRequestCommand.CreatePause(context),
        JobsRequestCommand.CreateCancel(context),
        JobsResumeCommand.Create(context),
        JobsExtendCommand.Create(context),
        JobsLabelCommand.Create(context),
        JobsDeleteCommand.Create(context),
        JobsMetricsCommand.Create(context),
        JobsCompareCommand.Create(context),
    };

    /// <summary>The argument JOB.</summary>
    public static Argument<string> JobArgument() => new("JOB") { Description = "The job's id, as 'distconv jobs list' shows it." };
}
