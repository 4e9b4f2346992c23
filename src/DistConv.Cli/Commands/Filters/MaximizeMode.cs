using System.Text.Json.Nodes;
using DistConv.Cli.Context;
using DistConv.Cli.Datasets;
using DistConv.Cli.Output;
using DistConv.Client;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Filters.Activations;
using DistConv.Images.Folders;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Cli.Commands.Filters;

/// <summary>The pictures that activate filters most, beside the held-out samples that do.</summary>
internal sealed class MaximizeMode(DataOptions folders) : IFiltersMode
{
    private const int DefaultLayers = 2;

    /// <inheritdoc/>
    public void Run(FiltersRequest request, CliContext context)
    {
        string file = request.OutFile(".png", "-maximized");
        (string path, Snapshot snapshot) = request.Target.ReadKnown(context.Output);
        using SnapshotNetwork network = SnapshotNetwork.Open(snapshot, path, KernelSets.Select());
        Layer[] layers = Choose(network.Network, request.Layers);
        DataSource data = JobData.Reopen(snapshot.Spec, $"snapshot '{path}'", folders, request.Target.Folder?.ReadOrigin(), context.Stop);
        MaximizedFigure.Layer[] shown = [.. layers.Select(layer => Maximize(network, layer, data.Test, context.Stop))];
        string subtitle = $"{snapshot.Spec.ModelName} trained on {DataTitle.Of(snapshot.Spec.Data)}, {request.TargetName}, step {snapshot.Step:N0}";
        MaximizedFigure.Create(network.Network.Plan.Model.Input, shown, subtitle).Save(file);
        if (request.Json) JsonLine.Write(context.Output, ToJson(file, path, snapshot, shown));
        else Print(file, shown, data.Test.Count, context.Output);
    }

    private static Layer[] Choose(Network network, IReadOnlyList<string> names)
    {
        Layer[] convolutions = [.. network.Layers.Where(layer => layer.Plan.Layer is IConvolution)];
        Layer[] chosen = LayerNames.Choose(network.Plan.Model.Name, "convolution", convolutions, layer => layer.Plan.Layer.Name, names);
        return chosen.Length > 0 ? chosen : [.. convolutions.Take(DefaultLayers)];
    }

    private static MaximizedFigure.Layer Maximize(SnapshotNetwork network, Layer layer, IDataset samples, CancellationToken stop)
    {
        int threads = Environment.ProcessorCount;
        MaximizedImage[] images = ActivationMaximizer.Maximize(network, layer.Index, new MaximizationOptions(), threads, stop);
        StrongestSample[] strongest = FilterActivations.Strongest(network, layer.Index, samples, threads, stop);
        return new MaximizedFigure.Layer(layer.Plan.Layer.Name, images, [.. strongest.Select(sample => (sample, Pixels(samples, sample.Sample)))]);
    }

    private static float[] Pixels(IDataset samples, int sample)
    {
        var pixels = new float[samples.Shape.Size];
        PixelValues.Fill(samples.Image(sample), pixels);
        return pixels;
    }

    private static void Print(string file, MaximizedFigure.Layer[] layers, int samples, IConsoleOutput output)
    {
        output.Result($"{file}: {string.Join(", ", layers.Select(layer => layer.Name))}");
        foreach (MaximizedFigure.Layer layer in layers)
        {
            int exceeding = layer.Images.Zip(layer.Strongest).Count(pair => pair.First.Activation > pair.Second.Sample.Activation);
            output.Result(
                $"  {layer.Name}: {exceeding} of {layer.Images.Count} pictures activate their filter more than any of the {samples:N0} held-out samples does");
        }
    }

    private static JsonObject ToJson(string file, string path, Snapshot snapshot, MaximizedFigure.Layer[] layers) => new()
    {
        ["picture"] = Path.GetFullPath(file),
        ["snapshot"] = path,
        ["model"] = snapshot.Spec.ModelName,
        ["data"] = snapshot.Spec.Data,
        ["step"] = snapshot.Step,
        ["layers"] = JsonLine.Array(layers, layer => new JsonObject
        {
            ["name"] = layer.Name,
            ["filters"] = JsonLine.Array(layer.Images.Zip(layer.Strongest), pair => new JsonObject
            {
                ["filter"] = pair.First.Filter,
                ["activation"] = JsonLine.Number(pair.First.Activation),
                ["strongestSample"] = pair.Second.Sample.Sample,
                ["strongestSampleActivation"] = JsonLine.Number(pair.Second.Sample.Activation),
            }),
        }),
    };
}
