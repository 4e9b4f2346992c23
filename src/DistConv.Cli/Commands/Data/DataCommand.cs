using System.CommandLine;
using DistConv.Cli.Context;

namespace DistConv.Cli.Commands.Data;

/// <summary><c>distconv data</c>: which data sets there are, how to get them, and what they look like.</summary>
internal static class DataCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CliContext context) => new DocumentedCommand(
        "data", "List data sets, fetch one, and look at one.", "distconv data list", "distconv data fetch mnist", "distconv data show digits --out digits.png")
    {
        DataListCommand.Create(context),
        DataFetchCommand.Create(context),
        DataShowCommand.Create(context),
    };
}
