using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Commands.Jobs;

/// <summary><c>distconv jobs label</c>: tags and a note on a job, to find it again.</summary>
internal static class JobsLabelCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "label",
            "Write tags and a note on a job, whatever it is doing. They change nothing of the training. Without an option: show them.",
            "distconv jobs label JOB --tag baseline --note \"the one to beat\"",
            "distconv jobs label JOB --untag baseline --cluster redis://HOST:6379");
        Argument<string> job = JobsCommand.JobArgument();
        Option<string[]> tags = new("--tag") { HelpName = "TAG", Description = "Add a tag; may be given several times." };
        Option<string[]> untags = new("--untag") { HelpName = "TAG", Description = "Remove a tag; may be given several times." };
        Option<string?> note = new("--note") { HelpName = "TEXT", Description = "Replace the note; an empty text removes it." };
        SourceOptionSet sources = new();
        Option<bool> json = CommonOptions.Json();
        command.Add(job);
        command.Add(tags);
        command.Add(untags);
        command.Add(note);
        sources.AddTo(command);
        command.Add(json);
        command.SetAction(async (parsed, _) =>
        {
            await using NamedSource source = await sources.OpenAsync(parsed, context);
            LabelChange change = new(parsed.GetValue(tags) ?? [], parsed.GetValue(untags) ?? [], parsed.GetValue(note));
            return await RunAsync(source, parsed.GetRequiredValue(job), change, parsed.GetValue(json), context);
        });
        return command;
    }

    private static async Task<int> RunAsync(NamedSource source, string job, LabelChange change, bool json, CliContext context)
    {
        JobLabels before = (await source.Jobs.DescribeAsync(job, context.Stop)).Summary.Labels;
        JobLabels labels = change.ApplyTo(before, job);
        if (labels != before) await source.Jobs.LabelAsync(job, labels, context.Stop);
        if (json)
        {
            JsonLine.Write(context.Output, new JsonObject
            {
                ["job"] = job,
                ["tags"] = new JsonArray([.. labels.Tags.Select(tag => JsonValue.Create(tag))]),
                ["note"] = labels.Note,
            });
            return ExitCodes.Done;
        }

        context.Output.Result($"job {job}: {(labels.Tags.Count == 0 ? "no tags" : $"tags {string.Join(", ", labels.Tags)}")}");
        foreach (string line in labels.Note.Split('\n', StringSplitOptions.RemoveEmptyEntries)) context.Output.Result($"  {line}");
        return ExitCodes.Done;
    }

    /// <summary>What is to be changed.</summary>
    private sealed record LabelChange(string[] Tags, string[] Untags, string? Note)
    {
        public JobLabels ApplyTo(JobLabels labels, string job)
        {
            if (Untags.FirstOrDefault(tag => !labels.Tags.Contains(tag)) is { } missing)
            {
                string has = labels.Tags.Count == 0 ? "it has none" : $"it has {string.Join(", ", labels.Tags)}";
                throw new InvalidInputException($"job '{job}' has no tag '{missing}'; {has}");
            }

            return new JobLabels { Tags = [.. labels.Tags.Except(Untags).Concat(Tags)], Note = Note ?? labels.Note }.Checked();
        }
    }
}
