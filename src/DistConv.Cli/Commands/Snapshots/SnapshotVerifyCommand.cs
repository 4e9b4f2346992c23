using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Core;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary><c>distconv snapshot verify</c>: checks every byte against its SHA-256, and that this build understands it.</summary>
internal static class SnapshotVerifyCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "verify", "Check that snapshots are whole: every byte counts. Exit code 2 if one is not.", "distconv snapshot verify FILE.dcs",
                "distconv snapshot verify JOB");
        Argument<string> target = new("FILE|JOB|DIR") { Description = "A snapshot file, a job, or a folder of snapshot files." };
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        command.Add(target);
        command.Add(store);
        command.Add(json);
        command.SetAction(parsed =>
        {
            SnapshotTarget found = SnapshotTarget.Find(parsed.GetRequiredValue(target), StoreOptions.Read(parsed, store, context), context);
            return Run(found.Files(), parsed.GetValue(json), context);
        });
        return command;
    }

    private static int Run(IReadOnlyList<string> files, bool json, CliContext context)
    {
        List<string> problems = [];
        JsonArray items = [];
        foreach (string file in files)
        {
            context.Stop.ThrowIfCancellationRequested();
            try
            {
                SnapshotHeader header = SnapshotFile.Verify(file, out string sha256);
                TrainedModel.EnsureKnown(header, file);
                items.Add(new JsonObject { ["file"] = file, ["ok"] = true, ["step"] = header.Step, ["sha256"] = sha256 });
                if (!json) context.Output.Result($"ok  {file}  step {header.Step}  sha256 {sha256}");
            }
            catch (InvalidInputException e)
            {
                problems.Add(e.Message);
                items.Add(new JsonObject { ["file"] = file, ["ok"] = false, ["error"] = e.Message });
            }
        }

        if (json) JsonLine.Write(
            context.Output, new JsonObject { ["verified"] = files.Count - problems.Count, ["failed"] = problems.Count, ["files"] = items });
        if (problems.Count == 0) return ExitCodes.Done;
        string more = files.Count > 1 ? $" ({problems.Count} of {files.Count} files do not verify)" : "";
        throw new InvalidInputException(problems[0] + more);
    }
}
