using System.CommandLine;
using System.CommandLine.Completions;
using DistConv.Cli.Commands.Certs;
using DistConv.Cli.Commands.Export;
using DistConv.Cli.Commands.Jobs;
using DistConv.Cli.Commands.Sweep;
using DistConv.Cli.Commands.Train;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Core.Augmentations;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Filters.Exports;
using DistConv.Images.Decoding;
using DistConv.Images.Folders;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Cli.Application;

/// <summary>What a shell offers for the value of an option or an argument, by its name. Files are the shell's own business.</summary>
internal static class CompletionValues
{
    /// <summary>Adds them to all commands.</summary>
    public static void Install(Command command, CliContext context)
    {
        foreach (Option option in command.Options)
        {
            if (Known(option.Name, command.Name) is { } values) option.CompletionSources.Add(_ => values.Select(value => new CompletionItem(value)));
        }

        foreach (Argument argument in command.Arguments)
        {
            if (argument.Name.Split('|').Contains("JOB")) argument.CompletionSources.Add(completion => Jobs(completion, context));
            if (argument.Name == "NAME" && command.Parents.Any(parent => parent.Name == "data")) argument.CompletionSources.Add(
                _ => Known("--data", command.Name)!.Select(name => new CompletionItem(name)));
        }

        foreach (Command sub in command.Subcommands) Install(sub, context);
    }

    private static IEnumerable<string>? Known(string option, string command) => option switch
    {
        "--data" => ImageFolder.Catalog.Names.Select(name => name.Name.Split(':') is [var kind, _] ? $"{kind}:" : name.Name),
        "--model" => BuiltInModels.All.Select(model => model.Name),
        "--optimizer" => OptimizerSettings.Names,
        "--loss" => LossFunction.Names,
        "--class-weights" or "--oversample" => ["balanced"],
        "--augment" => AugmentationTypes.Names,
        "--schedule" => ScheduleSettings.Names,
        "--best-by" => BestBySettings.Names,
        "--recipe" => Recipes.All.Select(recipe => recipe.Name),
        "--vary" => SweepGrid.Variables.Select(name => name + "="),
        "--image-color" => ["grey", "rgb"],
        "--image-fit" or "--fit" => PictureOptions.FitNames,
        "--unreadable" => ["refuse", "skip"],
        "--telemetry" => command == "serve" ? TelemetryOptionSet.ServerValues : TelemetryOptionSet.Values,
        "--format" => command == "metrics" ? JobsMetricsCommand.Formats : NetworkExport.Names,
        "--role" => CertsClientCommand.Roles,
        "--layout" => ExportCommand.Layouts,
        _ => null,
    };

    /// <summary>The jobs of the store that the line names: its folders, without opening it for writing. Asking a cluster would take longer than a person waits
    /// for a key.</summary>
    private static IEnumerable<CompletionItem> Jobs(CompletionContext completion, CliContext context)
    {
        Option<string?>[] options = [.. completion.ParseResult.CommandResult.Command.Options.OfType<Option<string?>>()];
        Option<string?>? store = options.FirstOrDefault(option => option.Name == "--store");
        bool isStoreGiven = store is not null && completion.ParseResult.GetValue(store) is not null;
        if (!isStoreGiven && options.FirstOrDefault(option => option.Name == "--cluster") is { } cluster
            && (completion.ParseResult.GetValue(cluster) ?? context.Variable(ClusterOptionSet.AddressVariable)) is not null)
        {
            return [];
        }

        string directory = store is null ? StoreOptions.DefaultFolder : StoreOptions.Read(completion.ParseResult, store, context).Directory;
        return !Directory.Exists(directory) ? [] : Directory.EnumerateDirectories(directory)
            .Where(folder => File.Exists(Path.Combine(folder, "spec.json")))
            .Select(folder => Path.GetFileName(folder))
            .Where(JobStore.IsJobId)
            .Order(StringComparer.Ordinal)
            .Select(id => new CompletionItem(id));
    }
}
