using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Networks;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Filters.Descriptions;

/// <summary>Filters that are never active: after their layer's ReLU they give 0 at every place of every sample, so nothing behind them ever learns of them, and
/// they do not learn.</summary>
public static class DeadFilters
{
    /// <summary>Looks for them.</summary>
    /// <param name="network">The trained network.</param>
    /// <param name="samples">Samples of its input's shape.</param>
    /// <param name="stop">Ends the search.</param>
    /// <returns>By the names of the convolution layers that end in ReLU: the filters that no sample activates. Stops early once all have been active.</returns>
    public static IReadOnlyDictionary<string, IReadOnlyList<int>> Find(SnapshotNetwork network, IDataset samples, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(samples);
        (int Index, LayerPlan Plan)[] layers =
            [.. network.Network.Plan.Layers.Index().Where(layer => layer.Item is { Layer: Conv2DSpec { Activation: Activation.Relu } })];
        if (layers.Length == 0) return new Dictionary<string, IReadOnlyList<int>>();
        HashSet<int>[] silent = [.. layers.Select(layer => Enumerable.Range(0, layer.Plan.Output.Channels).ToHashSet())];
        var values = new float[samples.Shape.Size];
        using SamplePass pass = network.CreatePass();
        for (int sample = 0; sample < samples.Count && silent.Any(filters => filters.Count > 0); sample++)
        {
            stop.ThrowIfCancellationRequested();
            PixelValues.Fill(samples.Image(sample), values);
            pass.Forward(values, layers[^1].Index);
            for (int i = 0; i < layers.Length; i++)
            {
                ReadOnlySpan<float> output = pass.Output(layers[i].Index);
                int channels = layers[i].Plan.Output.Channels;
                foreach (int filter in silent[i].ToArray())
                {
                    if (IsActive(output, filter, channels)) silent[i].Remove(filter);
                }
            }
        }

        return layers.Index().ToDictionary(layer => layer.Item.Plan.Layer.Name, layer => (IReadOnlyList<int>)[.. silent[layer.Index].Order()]);
    }

    private static bool IsActive(ReadOnlySpan<float> output, int filter, int channels)
    {
        for (int at = filter; at < output.Length; at += channels)
        {
            if (output[at] > 0) return true;
        }

        return false;
    }
}
