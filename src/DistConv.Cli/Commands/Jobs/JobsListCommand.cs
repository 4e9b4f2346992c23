using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs list</c>.</summary>
internal static class JobsListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "list",
            "List the jobs of the store or of a cluster, the newest first.",
            "distconv jobs list",
            "distconv jobs list --store DIR --json",
            "distconv jobs list --cluster redis://HOST:6379");
        SourceOptionSet sources = new();
        Option<bool> json = CommonOptions.Json();
        sources.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            return await RunAsync(source, parsed.GetValue(json), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(NamedSource source, bool json, CliContext context)
    {
        IReadOnlyList<JobSummary> jobs = await source.Jobs.ListAsync(context.Stop);
        if (json)
        {
            JsonLine.Write(context.Output, new JsonObject { ["store"] = source.Jobs.Directory, ["jobs"] = JsonLine.Array(jobs, ToJson) });
        }
        else if (jobs.Count == 0)
        {
            context.Output.Say($"no jobs in {source.Name.Name}; start one with: distconv train{source.Name.Argument}");
        }
        else
        {
            context.Output.Result(ToTable(jobs));
            context.Output.Hint($"distconv {ReportText.NextCommand(jobs[0].State, source.Name)} {jobs[0].Id}{source.Name.Argument}");
        }

        return ExitCodes.Done;
    }

    private static TextTable ToTable(IReadOnlyList<JobSummary> jobs)
    {
        TextTable table = new("JOB", "STATE", "MODEL", "DATA", " STEP", " OF", " EPOCHS", " HELD-OUT", "UPDATED");
        foreach (JobSummary job in jobs)
        {
            table.Add(
                job.Id,
                RunReport.Name(job.State),
                job.Model,
                Format.DataName(job.Data),
                $"{job.Step}",
                $"{job.TotalSteps}",
                $"{job.Epochs}",
                job.TestAccuracy is { } accuracy ? Format.Percent(accuracy, 2) : "-",
                job.UpdatedAt is { } updated ? Format.Instant(updated) : "-");
        }

        return table;
    }

    private static JsonObject ToJson(JobSummary job) => new()
    {
        ["job"] = job.Id,
        ["status"] = RunReport.Name(job.State),
        ["model"] = job.Model,
        ["data"] = job.Data,
        ["steps"] = job.Step,
        ["totalSteps"] = job.TotalSteps,
        ["epochs"] = job.Epochs,
        ["testAccuracy"] = JsonLine.Number(job.TestAccuracy),
        ["updatedAt"] = job.UpdatedAt?.ToString("O"),
    };
}
