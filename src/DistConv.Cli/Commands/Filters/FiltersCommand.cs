using System.CommandLine;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Core;
using DistConv.Filters.Pictures;

namespace DistConv.Cli.Commands.Filters;

/// <summary><c>distconv filters</c>: looks at what a network has learned. Each way to look is an <see cref="IFiltersMode"/>.</summary>
internal static class FiltersCommand
{
    private static readonly string[] _units = ["layer", "filter"];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "filters",
            "Draw or describe the kernels of a network's convolutions, before and after training.",
            "distconv filters JOB",
            "distconv filters JOB --layer conv1 --scale filter --out conv1.png",
            "distconv filters FILE.dcs --before OTHER.dcs --grey",
            "distconv filters JOB --animate",
            "distconv filters JOB --describe --layer conv1",
            "distconv filters JOB --maximize");
        Argument<string> target = new("SNAPSHOT|JOB") { Description = "A snapshot file (also one of kernels only), or a job for its newest snapshot." };
        Option<string[]> layers = new("--layer")
        {
            Description = "Only this layer; repeat it for several [default: all of up to 64 × 64 kernels].",
            HelpName =
            "NAME",
            Arity = ArgumentArity.OneOrMore
        };
        Option<string?> output = CommonOptions.Text("--out", "FILE", "Where the picture goes [default: filters-NAME.png, with --animate .webp].");
        Option<string?> before = CommonOptions.Text("--before", "FILE|JOB", "Compare with this snapshot instead of the untrained network.");
        Option<bool> grey = new("--grey") { Description = "Black to white instead of blue to red." };
        Option<string?> unit = CommonOptions.Text(
            "--scale", "layer|filter", "What has the strongest colour: the largest weight of the layer, or of each filter [default: layer].");
        Option<bool> animate = new("--animate") { Description = "The kernels over all snapshots of a job, as an animated picture (WebP)." };
        Option<bool> describe =
            new("--describe") { Description = "Say in words and numbers what each filter is, with the chance that an untrained one looks so." };
        Option<bool> maximize =
            new("--maximize") { Description = "Draw, for each filter, the picture that activates it most, beside the held-out sample that does." };
        DataOptionSet data = new();
        Option<string?> store = CommonOptions.Store();
        Option<bool> json = CommonOptions.Json();
        foreach (Option option in (ReadOnlySpan<Option>)[layers, output, before, grey, unit, animate, describe, maximize, store, json]) command.Add(option);
        data.AddTo(command);
        command.Add(target);
        command.SetAction(parsed =>
        {
            StoreOptions jobs = StoreOptions.Read(parsed, store, context);
            IFiltersMode mode = (parsed.GetValue(animate), parsed.GetValue(describe), parsed.GetValue(maximize)) switch
            {
                (false, false, false) => new PictureMode(),
                (true, false, false) => new AnimationMode(),
                (false, true, false) => new DescribeMode(data.Read(parsed, context)),
                (false, false, true) => new MaximizeMode(data.Read(parsed, context)),
                _ => throw new InvalidInputException("--animate, --describe and --maximize are different things: choose one"),
            };
            mode.Run(
                new FiltersRequest(SnapshotTarget.Find(parsed.GetRequiredValue(target), jobs, context))
                {
                    Layers = parsed.GetValue(layers) ?? [],
                    Out = parsed.GetValue(output),
                    Before = parsed.GetValue(before) is { } other ? SnapshotTarget.Find(other, jobs, context) : null,
                    Look = new KernelLook(ReadUnit(parsed.GetValue(unit)), parsed.GetValue(grey)),
                    Json = parsed.GetValue(json),
                },
                context);
            return ExitCodes.Done;
        });
        return command;
    }

    private static ScaleUnit ReadUnit(string? given) => given switch
    {
        null or "layer" => ScaleUnit.Layer,
        "filter" => ScaleUnit.Filter,
        _ => throw new InvalidInputException($"--scale '{given}' is not known: it is layer or filter{Suggestion.DidYouMean(given, _units)}"),
    };
}
