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
            "distconv jobs list --tag baseline",
            "distconv jobs list --cluster redis://HOST:6379");
        SourceOptionSet sources = new();
        Option<string[]> tags = new("--tag") { HelpName = "TAG", Description = "Only jobs with this tag; given several times, with all of them." };
        Option<bool> json = CommonOptions.Json();
        sources.AddTo(command);
        command.Add(tags);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            return await RunAsync(source, parsed.GetValue(tags) ?? [], parsed.GetValue(json), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(NamedSource source, string[] tags, bool json, CliContext context)
    {
        IReadOnlyList<JobSummary> jobs = [.. (await source.Jobs.ListAsync(context.Stop)).Where(job => tags.All(job.Labels.Tags.Contains))];
        if (json)
        {
            JsonLine.Write(context.Output, new JsonObject { ["store"] = source.Jobs.Directory, ["jobs"] = JsonLine.Array(jobs, ToJson) });
        }
        else if (jobs.Count == 0 && tags.Length > 0)
        {
            context.Output.Say($"no jobs with {(tags.Length == 1 ? "the tag" : "the tags")} {string.Join(", ", tags)} in {source.Name.Name}");
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
        bool isTagged = jobs.Any(job => job.Labels.Tags.Count > 0);
        string[] headings = ["JOB", "STATE", "MODEL", "DATA", " STEP", " OF", " EPOCHS", " HELD-OUT", "UPDATED"];
        TextTable table = new(isTagged ? [.. headings, "TAGS"] : headings);
        foreach (JobSummary job in jobs)
        {
            string[] cells =
            [
                job.Id,
                RunReport.Name(job.State),
                job.Model,
                Format.DataName(job.Data),
                $"{job.Step}",
                $"{job.TotalSteps}",
                $"{job.Epochs}",
                job.TestAccuracy is { } accuracy ? Format.Percent(accuracy, 2) : "-",
                job.UpdatedAt is { } updated ? Format.Instant(updated) : "-",
            ];
            table.Add(isTagged ? [.. cells, string.Join(", ", job.Labels.Tags)] : cells);
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
        ["tags"] = new JsonArray([.. job.Labels.Tags.Select(tag => JsonValue.Create(tag))]),
        ["note"] = job.Labels.Note,
    };
}
