using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Filters.Comparisons;
using DistConv.Filters.Descriptions;
using DistConv.Filters.Kernels;
using DistConv.Images.Folders;
using DistConv.Training.Snapshots;

namespace DistConv.Filters.Explanations;

/// <summary>What training has made of a layer's weights.</summary>
public static class TrainedText
{
    /// <summary>The section about a layer with weights.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="weights">Its kernel in numbers.</param>
    /// <param name="snapshot">When the weights were measured.</param>
    /// <param name="kernels">Its kernels now and before training, for a convolution whose initial weights are known.</param>
    /// <returns>Heading and text.</returns>
    public static (string Heading, string Text) Of(
        LayerPlan layer, TensorStatistics weights, SnapshotInfo snapshot, (LayerKernels Now, LayerKernels Before)? kernels)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(snapshot);
        string when = snapshot.Step == 0
            ? "before its first step"
            : $"after {snapshot.Step:N0} of {snapshot.Spec.TotalSteps:N0} steps on {DataTitle.Of(snapshot.Spec.Data)}";
        List<string> sentences =
        [
            $"This layer belongs to a job, {when}. Its {layer.Tensors[0].Length:N0} weights lie between {weights.Min:F3} and {weights.Max:F3}; "
            + $"their mean is {weights.Mean:F3} and their standard deviation {weights.StandardDeviation:F3}.",
        ];
        if (snapshot.Step == 0) return ("The weights of this job", sentences[0]);
        if (weights.RelativelyMoved is { } moved)
        {
            sentences.Add(
                $"Training has changed them by {moved * 100:F0} % of their original size (the norm of the change, divided by the norm before training).");
        }

        if (kernels is var (now, before)) sentences.Add(Names(LayerDescriber.Describe(now, before)));
        return (layer.Layer is IConvolution ? "What training has made of the filters" : "What training has made of the weights", string.Join(' ', sentences));
    }

    /// <summary>How many filters have more structure than chance gives, and of which kind they are.</summary>
    private static string Names(LayerDescription layer)
    {
        IEnumerable<(FilterKind Kind, int Count)> named = layer.Kinds().Where(kind => kind.Kind is not (FilterKind.Mixed or FilterKind.Nothing));
        string[] kinds = [.. named.Select(kind => $"{kind.Count} {FilterNames.Of(kind.Kind, kind.Count)}")];
        string which = kinds.Length > 0 ? $" ({string.Join(", ", kinds)})" : "";
        return $"{layer.Structured} of the {layer.Filters.Count} filters are structured enough to be named{which}; "
            + $"before training it was {layer.StructuredBefore}, and about {layer.Filters.Count * ChanceLevel.Level:0.#} would get a name by chance alone.";
    }
}
