using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Planning;
using DistConv.Training.Optimizers;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Training.Steps;

/// <summary>
/// How much memory a job needs in one silo, without allocating any of it: parameters × 4 B × (2 × (1 + optimizer slots) + 1 for each subtree's gradient + 2 for
/// packed weights), 2 copies of the state, the
/// parameters again for penalties, and the rows of a step as <see cref="SampleRows"/> lays them out. The data set is not counted:
/// <see cref="PictureBytes"/> says what a folder of pictures takes.
/// </summary>
public static class MemoryEstimate
{
    /// <summary>What small buffers and alignment add.</summary>
    private const double Margin = 1.03;

    private const long FixedBytes = 64 << 10;

    /// <summary>Two doubles a channel move its two values of state.</summary>
    private const int MomentFloats = 2;

    /// <summary>A sample's place in the permutation and in its shard's order.</summary>
    private const int OrderBytes = 2 * sizeof(int);

    /// <summary>The decoded training samples of a folder of pictures, which are in memory as far as they may be.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>Bytes; 0 of other data sets, which are small.</returns>
    public static long PictureBytes(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        bool isFolder = spec.Data.StartsWith("images/", StringComparison.Ordinal);
        return isFolder ? ((long)spec.Samples + spec.ValidationSamples) * spec.Plan().Model.Input.Size : 0;
    }

    /// <summary>The memory of a silo that computes all shards.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="threads">Its compute threads, ≥ 1.</param>
    /// <returns>Bytes, somewhat more than needed.</returns>
    /// <exception cref="Core.InvalidInputException">The model or the optimizer is not valid.</exception>
    public static long Bytes(JobSpec spec, int threads)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return Bytes(spec, threads, [.. Enumerable.Range(0, spec.Shards)]);
    }

    /// <summary>The memory of a silo that computes some shards.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="threads">Its compute threads, ≥ 1.</param>
    /// <param name="shards">The shards, at least one.</param>
    /// <returns>Bytes, somewhat more than needed.</returns>
    /// <exception cref="Core.InvalidInputException">The model or the optimizer is not valid.</exception>
    public static long Bytes(JobSpec spec, int threads, IReadOnlyCollection<int> shards)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ModelPlan plan = spec.Plan();
        var shardPlan = ShardPlan.Of(spec);
        int states = 1 + Optimizer.Create(spec.Optimizer).Slots.Count;
        int subtrees = ShardTree.MaximalSubtrees(shards, spec.Shards).Count;
        ExecutionPlan execution = ExecutionPlan.Of(plan);
        long moving = execution.Nodes.Where(node => node.Traits.Phase == LayerPhase.Shard).Sum(node => node.Layer.StateValues);
        double floats = ((double)plan.Parameters * ((2 * states) + subtrees)) + (2.0 * plan.StateValues)
            + ((double)moving * MomentFloats * (subtrees + spec.Shards));
        if (PenalizedGradient.IsNeeded(plan.Layers.SelectMany(layer => layer.Tensors))) floats += plan.Parameters;
        floats += execution.Nodes.Sum(node => LayerFloats(node, spec.Shards, threads));
        int rows = int.Max(shards.Sum(shardPlan.BatchSize), Evaluation.MinRows);
        floats += RowFloats(execution, rows, threads);
        if (spec.Augmentation is not null) floats += VariedRows.Floats(plan.Model.Input.Size, plan.Output.Size, threads);
        return (long)(floats * sizeof(float) * Margin) + FixedBytes + ((long)OrderBytes * spec.EpochSamples) + OversamplingBytes(spec);
    }

    /// <summary>The list of virtual samples, and the samples by class while it is made.</summary>
    private static long OversamplingBytes(JobSpec spec) => spec.Oversampling is null ? 0 : sizeof(int) * ((long)spec.Samples + spec.EpochSamples);

    /// <summary>Packed weights, and the memory of the gradient: a leaf a shard (sample by sample), or a path of the tree a thread (all samples at
    /// once).</summary>
    private static double LayerFloats(NodePlan node, int shards, int threads)
    {
        double chains = node.Traits.Phase is LayerPhase.Sample or LayerPhase.Shard ? (double)shards * node.Layer.Parameters : 0;
        double gradient = node.Layer.Parameters == 0 ? 0 : node.Traits.GradientEstimate;
        return node.Traits.PackedEstimate + chains + ((double)threads * (int.Log2(shards) + 2) * gradient);
    }

    private static double RowFloats(ExecutionPlan plan, int rows, int threads)
    {
        double perRow = RowStride.Of(plan.Model.Model.Input.Size), perThread = plan.Nodes.Max(node => node.Traits.ScratchEstimate);
        long contribution = 0;
        foreach (NodePlan node in plan.Nodes)
        {
            foreach (Storage storage in (Storage[])[node.Output, node.Gradient])
            {
                if (storage == Storage.Row) perRow += RowStride.Of(node.Layer.Output.Size);
                if (storage == Storage.Thread) perThread += node.Layer.Output.Size;
            }

            if (node.Traits.StateLength > 0) perRow += RowStride.Of(node.Traits.StateLength);
            for (int slot = 0; slot < node.Sources.Count; slot++)
            {
                if (node.AddsGradients[slot]) contribution = long.Max(contribution, node.Layer.Inputs[slot].Size);
            }
        }

        return (perRow * rows) + ((perThread + contribution) * threads);
    }
}
