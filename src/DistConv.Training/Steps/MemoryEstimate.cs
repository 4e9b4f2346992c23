using DistConv.Core.Buffers;
using DistConv.Core.Models;
using DistConv.Training.Optimizers;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Training.Steps;

/// <summary>
/// How much memory a job needs in one silo, without allocating any of it: parameters × 4 B × (2 × (1 + optimizer slots) + 1 for each subtree's gradient + 2 for
/// packed weights), and the rows of a step as <see cref="SampleRows"/> lays them out. The data set is not counted.
/// </summary>
public static class MemoryEstimate
{
    /// <summary>Floats of the widest vector: packed weights are padded to whole ones.</summary>
    private const int Lanes = 16;

    /// <summary>What small buffers and alignment add.</summary>
    private const double Margin = 1.03;

    private const long FixedBytes = 64 << 10;

    /// <summary>A sample's place in the permutation and in its shard's order.</summary>
    private const int OrderBytes = 2 * sizeof(int);

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
        double floats = (double)plan.Parameters * ((2 * states) + ShardTree.MaximalSubtrees(shards, spec.Shards).Count);
        floats += plan.Layers.Sum(layer => LayerFloats(layer, spec.Shards, threads));
        int rows = int.Max(shards.Sum(shardPlan.BatchSize), Evaluation.MinRows);
        floats += RowFloats(plan, rows, threads);
        return (long)(floats * sizeof(float) * Margin) + FixedBytes + ((long)OrderBytes * spec.Samples);
    }

    /// <summary>Packed weights, and the memory of the gradient: a leaf a shard (convolution), or a path of the tree a thread (dense).</summary>
    private static double LayerFloats(LayerPlan layer, int shards, int threads)
    {
        int inputs = layer.Input.Channels, outputs = layer.Output.Channels;
        switch (layer.Layer)
        {
            case Conv2DSpec conv:
                double taps = (double)conv.KernelH * conv.KernelW;
                return (taps * ((inputs * Padded(outputs)) + (outputs * Padded(inputs)))) + ((double)shards * layer.Parameters);
            case DenseSpec:
                double packed = ((double)layer.Input.Size * Padded(outputs)) + (outputs * Padded(layer.Input.Size));
                return packed + ((double)threads * (int.Log2(shards) + 2) * int.Min(layer.Input.Size, 2 * Lanes) * outputs);
            case var _ when layer.Parameters == 0:
                return 0;
            default:
                throw new InvalidOperationException($"no memory estimate for {layer.Layer.Type}");
        }
    }

    private static double RowFloats(ModelPlan plan, int rows, int threads)
    {
        double perRow = RowStride.Of(plan.Model.Input.Size), perThread = plan.Layers.Max(ScratchFloats);
        for (int i = 0; i < plan.Layers.Count; i++)
        {
            if (IsIdentity(plan.Layers[i])) continue;
            int size = plan.Layers[i].Output.Size;
            if (KeepsOutput(plan, i)) perRow += RowStride.Of(size);
            else perThread += size;
            if (plan.Layers.Take(i + 1).Any(layer => layer.Parameters > 0))
            {
                if (IsRead(plan, i)) perRow += RowStride.Of(size);
                else perThread += size;
            }

            if (plan.Layers[i].Layer is MaxPool2DSpec) perRow += RowStride.Of(size);
            if (plan.Layers[i].Layer is DropoutSpec) perRow += (size / 32.0) + 1;
        }

        return (perRow * rows) + (perThread * threads);
    }

    /// <summary>At most so much of a layer's operator: copies of input and output with padding, or of patches, and sums.</summary>
    private static double ScratchFloats(LayerPlan layer) => layer.Layer switch
    {
        Conv2DSpec => layer.Input.Size + layer.Output.Size + (2.0 * Lanes * layer.Output.Height * layer.Output.Width) + (2.0 * layer.KernelParameters),
        DenseSpec => (2.0 * Lanes * layer.Output.Size) + (16 << 10),
        _ when layer.Parameters == 0 => layer.Output.Size,
        _ => throw new InvalidOperationException($"no memory estimate for {layer.Layer.Type}"),
    };

    private static int Padded(int extent) => (extent + Lanes - 1) / Lanes * Lanes;

    private static bool IsIdentity(LayerPlan layer) => layer.Layer is FlattenSpec or SoftmaxSpec;

    private static LayerPlan? ReaderOf(ModelPlan plan, int i) => plan.Layers.Skip(i + 1).FirstOrDefault(layer => !IsIdentity(layer));

    private static bool IsRead(ModelPlan plan, int i) => plan.Layers[i].Layer is DenseSpec || ReaderOf(plan, i) is null or { Layer: DenseSpec };

    private static bool EndsInRelu(LayerPlan layer) =>
        layer.Layer is Conv2DSpec { Activation: Activation.Relu } or DenseSpec { Activation: Activation.Relu } or ReluSpec;

    private static bool IsAfterRelu(ModelPlan plan, LayerPlan layer) =>
        plan.Layers.TakeWhile(before => before != layer).LastOrDefault(before => !IsIdentity(before)) is { } input && EndsInRelu(input);

    private static bool KeepsOutput(ModelPlan plan, int i)
    {
        LayerPlan layer = plan.Layers[i];
        if (IsRead(plan, i)) return true;
        bool isCheap = i == 0 && layer.Layer is Conv2DSpec && 2.0 * layer.MultiplyAddsForward < SampleRows.CheapPart * plan.TrainingFlops;
        if (isCheap) return false;
        if (layer.Layer is MaxPool2DSpec && IsAfterRelu(plan, layer)) return true;
        return ReaderOf(plan, i) switch
        {
            { Layer: Conv2DSpec } => true,
            { Layer: MaxPool2DSpec } or null => false,
            var reader => IsAfterRelu(plan, reader),
        };
    }
}
