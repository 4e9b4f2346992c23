using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Application;
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
        DocumentedCommand command = new("list", "List the jobs of the store, the newest first.", "distconv jobs list", "distconv jobs list --store DIR --json");
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        command.Add(store);
        command.Add(json);
        command.SetAction(parsed => Run(StoreOptions.Read(parsed, store, context), parsed.GetValue(json), context));
        return command;
    }

    private static int Run(StoreOptions options, bool json, CliContext context)
    {
        IReadOnlyList<string> warnings = [];
        IReadOnlyList<JobSummary> jobs = options.TryOpen(context.Time)?.Summaries(out warnings) ?? [];
        foreach (string warning in warnings) context.Output.Warn(warning);
        if (json)
        {
            JsonLine.Write(context.Output, new JsonObject { ["store"] = Path.GetFullPath(options.Directory), ["jobs"] = JsonLine.Array(jobs, ToJson) });
        }
        else if (jobs.Count == 0)
        {
            context.Output.Say($"no jobs in '{options.Directory}'; start one with: distconv train{options.Argument}");
        }
        else
        {
            context.Output.Result(ToTable(jobs));
            context.Output.Hint($"distconv {ReportText.NextCommand(jobs[0].State)} {jobs[0].Id}{options.Argument}");
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
                job.Data,
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
