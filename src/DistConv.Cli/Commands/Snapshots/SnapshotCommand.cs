using System.CommandLine;
using DistConv.Cli.Context;

namespace DistConv.Cli.Commands.Snapshots;

/// <summary><c>distconv snapshot</c>: looks at snapshot files.</summary>
internal static class SnapshotCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CliContext context) => new DocumentedCommand(
        "snapshot", "List, show, verify and compare snapshots.", "distconv snapshot list JOB", "distconv snapshot show FILE.dcs",
            "distconv snapshot verify JOB",
        "distconv snapshot diff JOB1 JOB2")
    {
        SnapshotListCommand.Create(context),
        SnapshotShowCommand.Create(context),
        SnapshotVerifyCommand.Create(context),
        SnapshotDiffCommand.Create(context),
    };
}
