using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs delete</c>: removes jobs from a store for good.</summary>
internal static class JobsDeleteCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "delete",
            "Delete jobs of a store for good, with snapshots and records. Without --yes: show what would be deleted. A job that runs or is queued stays.",
            "distconv jobs delete JOB",
            "distconv jobs delete JOB1 JOB2 --yes");
        Argument<string[]> jobs = new("JOB")
        {
            Description = "The jobs' ids, as 'distconv jobs list' shows them.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<bool> yes = new("--yes") { Description = "Delete them." };
        SourceOptionSet sources = new();
        command.Add(jobs);
        command.Add(yes);
        sources.AddTo(command);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            string directory = source.Jobs.Directory ?? throw new InvalidInputException(
                $"{source.Jobs.Name} cannot delete jobs: run this where its store can be reached, and name that with --store DIR");
            return Run(JobStore.OpenRead(directory, context.Time), parsed.GetRequiredValue(jobs), parsed.GetValue(yes), context);
        });
        return command;
    }

    private static int Run(JobStore store, IEnumerable<string> ids, bool isSure, CliContext context)
    {
        // All of them before the first is deleted: one that must stay stops the command.
        JobRemains[] jobs = [.. ids.Distinct().Select(store.RemainsOf)];
        foreach (JobRemains job in jobs)
        {
            JobRemains shown = isSure ? store.Delete(job.Job) : job;
            string state = shown.State?.ToString().ToLowerInvariant() ?? "its specification cannot be read";
            string size = $"{Format.Plural(shown.Files, "file")}, {Format.Bytes(shown.Bytes)}";
            context.Output.Result($"{(isSure ? "deleted job" : "job")} {shown.Job}: {state}, {size}");
        }

        return isSure ? ExitCodes.Done : throw new InvalidInputException("nothing was deleted; add --yes to delete for good");
    }
}
