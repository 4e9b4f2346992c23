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
    /// <summary>The sum over all shards, checked. Adds into the left operands' buffers; with one subtree nothing is added or copied.</summary>
    /// <param name="step">The step.</param>
    /// <param name="shards">Number of logical shards, V.</param>
    /// <param name="known">The subtrees that were computed; those without samples are absent.</param>
    /// <returns>The gradient sum, in the buffer of the left-most present subtree.</returns>
    /// <exception cref="NonFiniteGradientException">The loss or a gradient is NaN or infinite.</exception>
    public ReducedGradient Reduce(long step, int shards, IReadOnlyList<GradientSum> known)
    {
        ReducedGradient reduced = Add(step, shards, known);
        if (FindNotFinite(step, reduced.Values) is { } problem) throw new NonFiniteGradientException(problem);
        if (!double.IsFinite(reduced.Totals.LossSum)) throw new NonFiniteGradientException(
            $"step {step}: the loss is not finite; the weights of step {step} are untouched");
        return reduced;
    }

    /// <summary>As <see cref="Reduce"/>, not checked.</summary>
    /// <inheritdoc cref="Reduce"/>
    public ReducedGradient Add(long step, int shards, IReadOnlyList<GradientSum> known)
    {
        ArgumentNullException.ThrowIfNull(known);
        (FloatBuffer? values, StepTotals totals) = Add(ShardTree.Root(shards), known);
        if (values is null) throw new InvalidOperationException($"step {step}: no shard has samples");
        return new ReducedGradient(step, totals, values);
    }

    /// <summary>What of a step's sum is NaN or infinite.</summary>
    /// <param name="step">The step.</param>
    /// <param name="values">The sum.</param>
    /// <returns>One line that names the first such tensor; null: all is finite.</returns>
    public string? FindNotFinite(long step, FloatBuffer values)
    {
        ArgumentNullException.ThrowIfNull(values);
        for (int i = 0; i < layout.Parameters.Count; i++)
        {
            ParameterTensor tensor = layout.Parameters[i];
            if (FiniteCheck.AllFinite(kernels, values.Pointer + tensor.Offset, tensor.Length)) continue;
            return $"step {step}: the gradient of {tensor.Name} is not finite; the weights of step {step} are untouched";
        }

        return layout.MomentCount == 0 || MomentSums.AllFinite(Moments(values), layout.MomentCount) ? null
            : $"step {step}: the statistics of a normalisation are not finite; the weights of step {step} are untouched";
    }

    private (FloatBuffer? Values, StepTotals Totals) Add(ShardNode node, IReadOnlyList<GradientSum> known)
    {
        for (int i = 0; i < known.Count; i++)
        {
            if (known[i].Node == node) return known[i].Totals.Samples == 0 ? (null, default) : (known[i].Values, known[i].Totals);
        }

        if (node.IsLeaf) throw new InvalidOperationException($"no gradient for shard {node.Lo}");
        (FloatBuffer? left, StepTotals leftTotals) = Add(node.Left, known);
        (FloatBuffer? right, StepTotals rightTotals) = Add(node.Right, known);
        if (left is null) return (right, rightTotals);
        if (right is null) return (left, leftTotals);
        kernels.Add(right.Pointer, left.Pointer, layout.ParameterCount);
        if (layout.MomentCount > 0) MomentSums.Add(Moments(right), Moments(left), layout.MomentCount);
        return (left, leftTotals + rightTotals);
    }

    private double* Moments(FloatBuffer values) => (double*)(values.Pointer + layout.MomentStart);
}
