using DistConv.Core.Models;
using DistConv.Training.Records;

namespace DistConv.Filters.Comparisons;

/// <summary>Where the logs of two runs part: each step's entry has a hash of each layer's weights on which it was computed.</summary>
/// <param name="CommonSteps">How many steps both logs have.</param>
/// <param name="Step">The first of them that was computed on different weights (so many updates were applied to them); null: none was.</param>
/// <param name="Layer">The layer nearest to the input whose weights differed; null likewise.</param>
/// <param name="LossStep">The first whose loss differed; null: none did.</param>
public sealed record LogDifference(int CommonSteps, long? Step, string? Layer, long? LossStep)
{
    /// <summary>Compares two logs.</summary>
    /// <param name="model">The model of both.</param>
    /// <param name="first">The one.</param>
    /// <param name="second">The other.</param>
    /// <returns>The difference.</returns>
    public static LogDifference Between(ModelPlan model, IReadOnlyList<StepEntry> first, IReadOnlyList<StepEntry> second)
    {
        ArgumentNullException.ThrowIfNull(model);
        string[] layers = [.. model.Layers.Where(layer => layer.Tensors.Count > 0).Select(layer => layer.Layer.Name)];
        (StepEntry First, StepEntry Second)[] common = [.. first.Join(second, entry => entry.Step, entry => entry.Step, (one, other) => (one, other))];
        LogDifference difference = new(common.Length, null, null, null);
        foreach ((StepEntry one, StepEntry other) in common)
        {
            if (difference.LossStep is null && !one.Loss.Equals(other.Loss)) difference = difference with { LossStep = one.Step };
            if (one.LayerHashes.SequenceEqual(other.LayerHashes)) continue;
            int layer = one.LayerHashes.Zip(other.LayerHashes).Index().FirstOrDefault(pair => pair.Item.First != pair.Item.Second).Index;
            return difference with { Step = one.Step, Layer = layers[layer] };
        }

        return difference;
    }
}
