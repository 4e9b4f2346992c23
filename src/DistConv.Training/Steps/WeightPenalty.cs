using DistConv.Core.Layers;
using DistConv.Core.Networks;

namespace DistConv.Training.Steps;

/// <summary>What the penalties of a model come to (docs/numerics.md, rule 15): in double, <c>λ₁ Σ |w| + λ₂ Σ w²</c> over all tensors that have one. The losses
/// of a step and of an evaluation do not contain it.</summary>
public static class WeightPenalty
{
    /// <summary>The penalty of weights.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights, as <see cref="Network.Tensors"/> lays them out.</param>
    /// <returns>At least 0; null: the model has no penalties.</returns>
    public static double? Of(Network network, ReadOnlySpan<float> weights)
    {
        ArgumentNullException.ThrowIfNull(network);
        double? penalty = null;
        foreach (ParameterTensor tensor in network.Parameters)
        {
            if (tensor.Plan.Regularizer is { } regularizer) penalty = (penalty ?? 0) + regularizer.Of(weights.Slice(tensor.Offset, tensor.Length));
        }

        return penalty;
    }
}
