using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary><c>distconv snapshot list</c>.</summary>
internal static class SnapshotListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "list", "List the snapshots of a job or a folder (headers only: 'verify' checks all).", "distconv snapshot list JOB", "distconv snapshot list DIR");
        Argument<string> target = new("JOB|DIR") { Description = "A job's id, or a folder of snapshot files." };
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        command.Add(target);
        command.Add(store);
        command.Add(json);
        command.SetAction(parsed =>
        {
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            int result = Run(found, parsed.GetValue(json), context.Output);
            if (!parsed.GetValue(json)) context.Output.Hint(
                $"distconv snapshot verify {Format.ShellWord(found.Name)}{StoreOptions.Read(parsed, store, context).Argument}");
            return result;
        });
        return command;
    }

    private static int Run(SnapshotTarget target, bool json, IConsoleOutput output)
    {
        TextTable table = new("FILE", " STEP", " EPOCHS", "CONTENT", " SIZE", "TAKEN");
        JsonArray items = [];
        foreach (string file in target.Files())
        {
            try
            {
                SnapshotHeader header = SnapshotFile.ReadHeader(file);
                long bytes = new FileInfo(file).Length;
                string content = header.Content.ToString().ToLowerInvariant();
                table.Add(Path.GetFileName(file), $"{header.Step}", $"{header.Epochs.Count}", content, Format.Bytes(bytes), Format.Instant(header.CreatedAt));
                items.Add(new JsonObject
                {
                    ["file"] = file,
                    ["step"] = header.Step,
                    ["epochs"] = header.Epochs.Count,
                    ["content"] = content,
                    ["bytes"] = bytes,
                    ["createdAt"] = header.CreatedAt.ToString("O"),
                });
            }
            catch (InvalidInputException e)
            {
                output.Warn(e.Message);
                table.Add(Path.GetFileName(file), "-", "-", "unreadable", "-", "-");
                items.Add(new JsonObject { ["file"] = file, ["error"] = e.Message });
            }
        }

        if (json) JsonLine.Write(output, new JsonObject { ["snapshots"] = items });
        else output.Result(table);
        return ExitCodes.Done;
    }
}
