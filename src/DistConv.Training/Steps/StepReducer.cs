using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>
/// Finishes the tree over the maximal subtrees that the silos sent: this is the synchronous averaging (the division by the number of samples comes with the
/// update). Equal to adding over single shards, bit for bit, however the shards were grouped.
/// </summary>
/// <param name="kernels">The instruction set.</param>
/// <param name="layout">What stands where in the sum.</param>
public sealed unsafe class StepReducer(KernelSet kernels, GradientLayout layout)
{
    /// <summary>The sum over all shards. Adds into the left operands' buffers; with one subtree nothing is added or copied.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shards">Number of logical shards, V.</param>
    /// <param name="known">The subtrees that were computed; those without samples are absent.</param>
    /// <returns>The gradient sum, in the buffer of the left-most present subtree.</returns>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is NaN or infinite.</exception>
    public ReducedGradient Reduce(long step, int shards, IReadOnlyList<GradientSum> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        return Reduce(step, shards, known, 0, layout.Length);
    }

    /// <summary>The same for a part of the sum, [<paramref name="first"/>, <paramref name="end"/>): whole tensors.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shards">Number of logical shards, V.</param>
    /// <param name="known">The subtrees that were computed, as far as these parameters go.</param>
    /// <param name="first">The first float.</param>
    /// <param name="end">The float after the last: at most the length of the layout.</param>
    /// <returns>The gradient sum, of which only these parameters mean anything, in the buffer of the left-most present subtree.</returns>
    /// <exception cref="NonFiniteGradientException">The loss or one of these gradients is NaN or infinite.</exception>
    public ReducedGradient Reduce(long step, int shards, IReadOnlyList<GradientSum> known, int first, int end)
    {
        ArgumentNullException.ThrowIfNull(known);
        (FloatBuffer? values, StepTotals totals) = Add(ShardTree.Root(shards), known, first, end);
        if (values is null) throw new InvalidOperationException($"step {step}: no shard has samples");
        CheckFinite(step, totals, values, first, end);
        return new ReducedGradient(step, totals, values);
    }

    private (FloatBuffer? Values, StepTotals Totals) Add(ShardNode node, IReadOnlyList<GradientSum> known, int first, int end)
    {
        for (int i = 0; i < known.Count; i++)
        {
            if (known[i].Node == node) return known[i].Totals.Samples == 0 ? (null, default) : (known[i].Values, known[i].Totals);
        }

        if (node.IsLeaf) throw new InvalidOperationException($"no gradient for shard {node.Lo}");
        (FloatBuffer? left, StepTotals leftTotals) = Add(node.Left, known, first, end);
        (FloatBuffer? right, StepTotals rightTotals) = Add(node.Right, known, first, end);
        if (left is null) return (right, rightTotals);
        if (right is null) return (left, leftTotals);
        kernels.Add(right.Pointer + first, left.Pointer + first, int.Min(end, layout.ParameterCount) - first);
        if (HasMoments(end)) MomentSums.Add(Moments(right), Moments(left), layout.MomentCount);
        return (left, leftTotals + rightTotals);
    }

    /// <summary>The doubles stand at the end of a sum: they belong to whatever part of it reaches so far.</summary>
    private bool HasMoments(int end) => layout.MomentCount > 0 && end == layout.Length;

    private double* Moments(FloatBuffer values) => (double*)(values.Pointer + layout.MomentStart);

    private void CheckFinite(long step, StepTotals totals, FloatBuffer values, int first, int end)
    {
        for (int i = 0; i < layout.Parameters.Count; i++)
        {
            ParameterTensor tensor = layout.Parameters[i];
            if (tensor.Offset < first || tensor.Offset >= end) continue;
            float* x = values.Pointer + tensor.Offset;
            if (FiniteCheck.AllFinite(kernels, x, tensor.Length)) continue;
            throw new NonFiniteGradientException($"step {step}: the gradient of {tensor.Name} is not finite; the weights of step {step} are untouched");
        }

        if (HasMoments(end) && !MomentSums.AllFinite(Moments(values), layout.MomentCount)) throw new NonFiniteGradientException(
            $"step {step}: the statistics of a normalisation are not finite; the weights of step {step} are untouched");
        if (!double.IsFinite(totals.LossSum)) throw new NonFiniteGradientException(
            $"step {step}: the loss is not finite; the weights of step {step} are untouched");
    }
}
