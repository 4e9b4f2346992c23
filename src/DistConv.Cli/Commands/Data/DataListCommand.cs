using System.CommandLine;
using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Data.Fetch;

namespace DistConv.Cli.Commands.Data;

/// <summary><c>distconv data list</c>. Fetches nothing.</summary>
internal static class DataListCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command =
            new("list", "List the data sets, what they are, and whether they are here.", "distconv data list", "distconv data list --data-dir DIR");
        Option<string?> dataDirectory = CommonOptions.DataDirectory();
        Option<string?> cache = CommonOptions.Cache();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[dataDirectory, cache, json]) command.Add(option);
        command.SetAction(parsed => Run(
            parsed.GetValue(dataDirectory) ?? context.Variable(CommonOptions.DataVariable),
            FetchSettings.Read(parsed.GetValue(cache), offline: true, context),
            parsed.GetValue(json),
            context.Output));
        return command;
    }

    private static int Run(string? directory, FetchSettings cache, bool json, IConsoleOutput output)
    {
        TextTable table = new("NAME", "HERE", "WHAT IT IS");
        JsonArray items = [];
        foreach (DataSetName name in ImageFolder.Catalog.Names)
        {
            (bool? available, string where) = Look(name.Name, directory, cache);
            table.Add(name.Name, where, name.Description);
            items.Add(new JsonObject { ["name"] = name.Name, ["description"] = name.Description, ["available"] = available, ["where"] = where });
        }

        if (json) JsonLine.Write(output, new JsonObject { ["dataSets"] = items, ["cache"] = cache.Cache });
        else output.Result(table);
        return ExitCodes.Done;
    }

    /// <summary>Whether a data set can be opened; null if that depends on a folder that its name lacks.</summary>
    private static (bool? Available, string Where) Look(string name, string? directory, FetchSettings cache)
    {
        if (RemoteSets.Find(name) is null) return name == "digits" ? (true, "yes, drawn") : (null, "name its folder");
        if (DataCatalog.Locate(name, directory, cache.Cache) is not { } root) return (false, $"no: distconv data fetch {name}{cache.Argument}");
        string own = Path.Combine(root, name);
        string where = Directory.Exists(own) ? own : root;
        try
        {
            DataCatalog.BuiltIn.Open(name, root, cacheDirectory: cache.Cache);
            return (true, $"yes, {where}");
        }
        catch (InvalidInputException)
        {
            return (false, $"incomplete or damaged in {where}");
        }
    }
}
