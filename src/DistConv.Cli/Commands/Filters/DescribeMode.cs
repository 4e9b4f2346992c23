using System.Text.Json.Nodes;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Context;
using DistConv.Cli.Datasets;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Filters.Descriptions;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Filters;

/// <summary>Each filter in words and numbers, after training beside before.</summary>
/// <param name="folders">Where the held-out samples may be that show which filters are dead.</param>
internal sealed class DescribeMode(DataOptions folders) : IFiltersMode
{
    /// <inheritdoc/>
    public void Run(FiltersRequest request, CliContext context)
    {
        if (request.Out is not null) throw new InvalidInputException("--describe writes no picture: leave --out out, or --describe");
        SnapshotTarget target = request.Target;
        (string path, Snapshot snapshot) = target.ReadKnown(context.Output);
        IReadOnlyList<LayerKernels> all = LayerKernels.Of(snapshot, path);
        IReadOnlyList<LayerKernels> layers =
            LayerNames.Choose(snapshot.Spec.ModelName, "convolution", all, layer => layer.Name, request.Layers) is { Length: > 0 } named ? named : all;
        (IReadOnlyList<LayerKernels> before, string was) = Before(target, request.Before, snapshot, context);
        LayerDescription[] descriptions = [.. layers.Select(layer => LayerDescriber.Describe(layer, Same(before, layer, was)))];
        (IReadOnlyDictionary<string, IReadOnlyList<int>> dead, string? reason) = Dead(target, path, snapshot, context);
        if (request.Json)
        {
            JsonLine.Write(context.Output, new JsonObject
            {
                ["snapshot"] = path,
                ["model"] = snapshot.Spec.ModelName,
                ["data"] = snapshot.Spec.Data,
                ["step"] = snapshot.Step,
                ["before"] = was,
                ["deadNotChecked"] = reason,
                ["layers"] = JsonLine.Array(descriptions, layer => DescriptionJson.Of(layer, dead.GetValueOrDefault(layer.Name))),
            });
            return;
        }

        context.Output.Result($"{path}: {snapshot.Spec.ModelName} at step {snapshot.Step:N0}, data {DataTitle.Of(snapshot.Spec.Data)}\n");
        foreach (LayerDescription layer in descriptions) DescriptionText.Write(context.Output, layer, dead.GetValueOrDefault(layer.Name), was);
        DescriptionText.WriteLegend(context.Output);
        if (reason is not null) context.Output.Say($"dead filters were not looked for: {reason}");
    }

    /// <summary>What to compare with, and when that was.</summary>
    private static (IReadOnlyList<LayerKernels> Layers, string Was) Before(
        SnapshotTarget target, SnapshotTarget? compared, Snapshot snapshot, CliContext context)
    {
        if (compared is not null)
        {
            (string path, Snapshot other) = compared.ReadKnown(context.Output);
            return (LayerKernels.Of(other, path), $"in {Path.GetFileName(path)}");
        }

        (KernelMoment untrained, _) = UntrainedKernels.Find(target, snapshot.Spec, context.Output)
            ?? throw new InvalidInputException(
                "the weights that this training began with were imported, and its step-0 snapshot is not there: name what to compare with by --before");
        return (untrained.Layers, "before training");
    }

    private static LayerKernels Same(IReadOnlyList<LayerKernels> before, LayerKernels layer, string was) =>
        before.FirstOrDefault(other => other.Name == layer.Name && other.Values.Length == layer.Values.Length && other.Shape.KH == layer.Shape.KH
            && other.Shape.InC == layer.Shape.InC)
        ?? throw new InvalidInputException(
            $"layer '{layer.Name}' has no kernels of the same shape {was}; compare snapshots of one model, or choose layers by --layer");

    /// <summary>The dead filters of each layer, or why they are not known. Nothing is downloaded for it.</summary>
    private (IReadOnlyDictionary<string, IReadOnlyList<int>> Dead, string? Reason) Dead(
        SnapshotTarget target, string path, Snapshot snapshot, CliContext context)
    {
        Dictionary<string, IReadOnlyList<int>> unknown = [];
        if (snapshot.Content != SnapshotContent.Full) return (unknown, "the snapshot holds kernels only");
        DataSource data;
        try
        {
            data = JobData.Reopen(snapshot.Spec, $"snapshot '{path}'", folders with { IsOffline = true }, target.Folder?.ReadOrigin(), context.Stop);
        }
        catch (InvalidInputException e)
        {
            return (unknown, e.Message);
        }

        using SnapshotNetwork network = SnapshotNetwork.Open(snapshot, path, KernelSets.Select());
        return (DeadFilters.Find(network, data.Test, context.Stop), null);
    }
}
