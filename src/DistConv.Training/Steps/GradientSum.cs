using DistConv.Core.Buffers;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>The gradient summed (not averaged) over the shards of one maximal subtree.</summary>
/// <param name="node">The subtree.</param>
/// <param name="values">All parameters' gradients, in the order of the parameter buffer.</param>
public sealed class GradientSum(ShardNode node, FloatBuffer values)
{
    /// <summary>The subtree.</summary>
    public ShardNode Node { get; } = node;

    /// <summary>Samples, loss and hits of the same shards; no samples: the subtree is absent in this step and its values mean nothing.</summary>
    public StepTotals Totals { get; set; }

    /// <summary>The gradient; its owner reuses it for the next step.</summary>
    public FloatBuffer Values { get; } = values;
}

/// <summary>The gradient of a whole step, summed over all shards; divided by <see cref="StepTotals.Samples"/> when it is applied.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Totals">Samples, loss and hits of the step.</param>
/// <param name="Values">All parameters' gradients, in the order of the parameter buffer; reused by its owner for the next step.</param>
/// <param name="RateFraction">What the losses of the epochs before have led to: see <see cref="Schedules.Plateau"/>.</param>
public readonly record struct ReducedGradient(long Step, StepTotals Totals, FloatBuffer Values, double RateFraction = 1);
