using System.CommandLine;
using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Cli.Progress;
using DistConv.Cli.Reports;
using DistConv.Cli.Running;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs watch</c>: the display of <c>train</c> for a job that another process trains.</summary>
internal static class JobsWatchCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "watch",
            "Watch a job that another process trains, until it ends. Ctrl-C ends only the watching.",
            "distconv jobs watch JOB",
            "distconv jobs watch JOB --store DIR 2> progress.txt");
        Argument<string> job = JobsCommand.JobArgument();
        Option<string?> store = CommonOptions.Store();
        command.Add(job);
        command.Add(store);
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(job), StoreOptions.Read(parsed, store, context), context));
        return command;
    }

    private static async Task<int> RunAsync(string job, StoreOptions store, CliContext context)
    {
        JobFolder folder = store.OpenJob(job, context.Time);
        if (await new JobWatch(folder, context).RunAsync() is not { } status)
        {
            context.Output.Say($"job {folder.Id} goes on without being watched; look again with: distconv jobs watch {folder.Id}{store.Argument}");
            return ExitCodes.Interrupted;
        }

        StoredSnapshot? snapshot = folder.LatestVerified(out IReadOnlyList<string> warnings);
        foreach (string warning in warnings) context.Output.Warn(warning);
        RunReport report = JobLauncher.FromStore(folder, snapshot, status.State);
        bool failed = status.State == JobState.Failed;
        if (failed) context.Output.Error($"job {folder.Id} failed: {status.Message ?? "it left no reason"}");
        else if (status.State != JobState.Done) context.Output.Say(ReportText.HowToResume(report, store.Argument));
        foreach (string line in ReportText.Lines(report, store.Argument)) context.Output.Result(line);
        return failed ? ExitCodes.Failed : ExitCodes.Done;
    }
}
