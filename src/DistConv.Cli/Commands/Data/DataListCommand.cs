using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Training.Data;

namespace DistConv.Cli.Commands.Data;

/// <summary><c>distconv data list</c>.</summary>
internal static class DataListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new("list", "List the data sets, what they are, and whether they are here.", "distconv data list", "distconv data list --data-dir DIR");
        Option<string?> dataDirectory = CommonOptions.DataDirectory();
        Option<bool> json = CommonOptions.Json();
        command.Add(dataDirectory);
        command.Add(json);
        command.SetAction(parsed => Run(DataFolders.Read(parsed, dataDirectory, context).ForNew, parsed.GetValue(json), context.Output));
        return command;
    }

    private static int Run(string? directory, bool json, IConsoleOutput output)
    {
        TextTable table = new("NAME", "HERE", "WHAT IT IS");
        JsonArray items = [];
        foreach (DataSetName name in DataCatalog.Names)
        {
            (bool? available, string where) = Look(name.Name, directory);
            table.Add(name.Name, where, name.Description);
            items.Add(new JsonObject { ["name"] = name.Name, ["description"] = name.Description, ["available"] = available, ["where"] = where });
        }

        if (json) JsonLine.Write(output, new JsonObject { ["dataSets"] = items });
        else output.Result(table);
        return ExitCodes.Done;
    }

    /// <summary>Whether a data set can be opened; null if that depends on a folder that its name lacks.</summary>
    private static (bool? Available, string Where) Look(string name, string? directory)
    {
        if (name.Contains(':', StringComparison.Ordinal)) return (null, "name its folder");
        if (name == "digits") return (true, "yes, drawn");
        if (directory is null) return (false, "no: give --data-dir");
        try
        {
            DataCatalog.Open(name, directory);
            string own = Path.Combine(directory, name);
            return (true, Directory.Exists(own) ? $"yes, {own}" : $"IDX files in {directory}");
        }
        catch (InvalidInputException)
        {
            return (false, $"not in {directory}");
        }
    }
}
