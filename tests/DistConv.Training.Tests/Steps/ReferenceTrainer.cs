using DistConv.Core.Layers;
using DistConv.Core.Layers.Activations;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using DistConv.Training.Data;
using DistConv.Training.Schedules;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Training.Tests.Steps;

/// <summary>
/// Training as the numerics rules describe it, written for reading: every element on its own, no tiles, no threads, no batches; plain sgd. It shares
/// with the trainer only the random numbers, the shards' order and the loss of one sample.
/// </summary>
internal sealed class ReferenceTrainer(JobSpec spec, IDataset data)
{
    private readonly ModelPlan _plan = ModelSpec.Parse(spec.ModelJson, spec.ModelName).Infer();

    /// <summary>Each layer's kernel and bias.</summary>
    private readonly (float[] Kernel, float[] Bias)[] _weights = Initial(spec);

    public float[] Weights => Flat(_weights);

    public void Step(long step)
    {
        var shards = ShardPlan.Of(spec);
        (int epoch, int stepInEpoch) = shards.LocateStep(step);
        var permutation = new SamplePermutation(spec.Seed, spec.Samples);
        var leaves = new float[]?[spec.Shards];
        for (int shard = 0; shard < spec.Shards; shard++)
        {
            int[] batch = [.. new ShardOrder(shards, permutation, shard).Batch(epoch, stepInEpoch)];
            if (batch.Length > 0) leaves[shard] = ShardGradient(batch, (uint)step);
        }

        float[] sum = Sum(leaves, 0, spec.Shards)!;
        float samples = shards.TotalBatchSizeAt(stepInEpoch), rate = Schedule.Rate(spec, step, shards.StepsPerEpoch);
        float divisor = GradientNormTests.Definition(sum) / spec.ClipNorm > samples ? (float)(GradientNormTests.Definition(sum) / spec.ClipNorm!) : samples;
        int offset = 0;
        foreach ((float[] kernel, float[] bias) in _weights)
        {
            foreach (float[] tensor in new[] { kernel, bias })
            {
                for (int i = 0; i < tensor.Length; i++) tensor[i] += 0f - (rate * (sum[offset++] / divisor));
            }
        }
    }

    private static (float[] Kernel, float[] Bias)[] Initial(JobSpec spec)
    {
        using var network = new Network(ModelSpec.Parse(spec.ModelJson, spec.ModelName), Core.Kernels.KernelSets.Supported[0], spec.Seed);
        var all = new float[network.ParameterCount];
        network.Initialize(all, spec.Seed);
        return [.. network.Layers.Select(layer => (Slice(layer.Kernel), Slice(layer.Bias)))];

        float[] Slice(ParameterTensor? tensor) => tensor is null ? [] : all.AsSpan(tensor.Offset, tensor.Length).ToArray();
    }

    private static float[] Flat((float[] Kernel, float[] Bias)[] layers) => [.. layers.SelectMany(layer => layer.Kernel.Concat(layer.Bias))];

    /// <summary>left + right, where the left child spans the largest power of two below the width; an absent child is left out.</summary>
    private static float[]? Sum(float[]?[] leaves, int lo, int hi)
    {
        if (hi - lo == 1) return leaves[lo];
        int left = 1;
        while (left * 2 < hi - lo) left *= 2;
        float[]? a = Sum(leaves, lo, lo + left), b = Sum(leaves, lo + left, hi);
        return a is null ? b : b is null ? a : [.. a.Zip(b, (x, y) => x + y)];
    }

    /// <summary>One chain for each element over the shard's samples in order.</summary>
    private float[] ShardGradient(int[] batch, uint step)
    {
        (float[] Kernel, float[] Bias)[] gradients = [.. _weights.Select(layer => (new float[layer.Kernel.Length], new float[layer.Bias.Length]))];
        foreach (int sample in batch) AddSample(sample, step, gradients);
        return Flat(gradients);
    }

    private unsafe void AddSample(int sample, uint step, (float[] Kernel, float[] Bias)[] gradients)
    {
        int count = _plan.Layers.Count;
        var values = new float[count + 1][];
        values[0] = [.. data.Image(sample).ToArray().Select(pixel => pixel / 255f)];
        for (int i = 0; i < count; i++) values[i + 1] = Forward(i, values[i], (uint)sample, step);

        var gradient = new float[_plan.Output.Size];
        float* scratch = stackalloc float[_plan.Output.Size];
        LossFunction loss = LossFunction.Create(spec.Loss, _plan, data.ClassCount);
        fixed (float* logits = values[count], gradLogits = gradient)
        {
            loss.Of(logits, data.Label(sample), scratch, gradLogits);
        }

        for (int i = count - 1; i >= 0; i--) gradient = Backward(i, values[i], values[i + 1], gradient, gradients[i], (uint)sample, step);
    }

    private float[] Forward(int index, float[] x, uint sample, uint step)
    {
        LayerPlan layer = _plan.Layers[index];
        (float[] kernel, float[] bias) = _weights[index];
        switch (layer.Layer)
        {
            case Conv2DSpec conv:
                var y = new float[layer.Output.Size];
                for (int p = 0; p < y.Length; p++) y[p] = bias[p % conv.Filters];
                Taps(conv.Shape(layer.Input), (i, o, w) => y[o] = MathF.FusedMultiplyAdd(x[i], kernel[w], y[o]));
                return [.. y.Select(v => Activate(v + 0f, conv.Activation))];
            case DenseSpec dense:
                return [.. bias.Select((b, o) =>
                {
                    for (int i = 0; i < x.Length; i++) b = MathF.FusedMultiplyAdd(x[i], kernel[(i * bias.Length) + o], b);
                    return Activate(b + 0f, dense.Activation);
                })];
            case MaxPool2DSpec pool:
                return [.. Windows(pool, layer).Select(window => x[Largest(window, x)])];
            case DropoutSpec dropout:
                return [.. x.Select((v, i) => Keep(dropout, index, i, sample, step) ? v * Scale(dropout) : 0f)];
            case FlattenSpec:
            case SigmoidSpec when layer.IsOutput: // The loss computes it.
                return x;
            default:
                throw new NotSupportedException(layer.Layer.Type);
        }
    }

    /// <summary>The gradient of the input; that of the parameters goes on in <paramref name="sums"/>.</summary>
    private float[] Backward(int index, float[] x, float[] y, float[] gradient, (float[] Kernel, float[] Bias) sums, uint sample, uint step)
    {
        LayerPlan layer = _plan.Layers[index];
        float[] kernel = _weights[index].Kernel, result = new float[x.Length];
        bool relu = layer.Layer is Conv2DSpec { Activation: Activation.Relu } or DenseSpec { Activation: Activation.Relu };
        float[] g = relu ? [.. gradient.Zip(y, (d, v) => v > 0 ? d : 0f)] : gradient;
        switch (layer.Layer)
        {
            case Conv2DSpec conv:
                Conv2DShape shape = conv.Shape(layer.Input);
                Taps(shape, (i, o, w) => sums.Kernel[w] = MathF.FusedMultiplyAdd(x[i], g[o], sums.Kernel[w]));
                for (int p = 0; p < g.Length; p++) sums.Bias[p % conv.Filters] += g[p];
                Taps(shape, (i, o, w) => result[i] = MathF.FusedMultiplyAdd(g[o], kernel[w], result[i]));
                return [.. result.Select(v => v + 0f)];
            case DenseSpec:
                for (int w = 0; w < kernel.Length; w++)
                {
                    (int i, int o) = (w / g.Length, w % g.Length);
                    sums.Kernel[w] = MathF.FusedMultiplyAdd(x[i], g[o], sums.Kernel[w]);
                    result[i] = MathF.FusedMultiplyAdd(g[o], kernel[w], result[i]);
                }

                for (int o = 0; o < g.Length; o++) sums.Bias[o] += g[o];
                return [.. result.Select(v => v + 0f)];
            case MaxPool2DSpec pool:
                foreach ((int[] window, float d) in Windows(pool, layer).Zip(g)) result[Largest(window, x)] += d;
                return result;
            case DropoutSpec dropout:
                return [.. g.Select((v, i) => Keep(dropout, index, i, sample, step) ? v * Scale(dropout) : 0f)];
            default:
                return g;
        }
    }

    private static float Activate(float v, Activation activation) => activation == Activation.Relu && v < 0f ? 0f : v;

    private static float Scale(DropoutSpec dropout) => (float)(1 / (1 - dropout.Rate));

    private bool Keep(DropoutSpec dropout, int layer, int element, uint sample, uint step) =>
        new RandomField(spec.Seed, RandomPurpose.Dropout, layer).UInt32((uint)element, sample, step) >= Math.Round(dropout.Rate * 4294967296.0);

    /// <summary>
    /// Every (input, output, weight) that meet, kernel positions outermost: so each output sees its taps as (kh, kw, ic), each weight its outputs as
    /// (oh, ow), and each input its taps as (kh, kw, oc).
    /// </summary>
    private static void Taps(Conv2DShape s, Action<int, int, int> visit)
    {
        for (int tap = 0; tap < s.KH * s.KW; tap++)
        {
            for (int position = 0; position < s.OutH * s.OutW; position++)
            {
                int ih = (position / s.OutW * s.StrideH) + (tap / s.KW) - s.PadTop, iw = (position % s.OutW * s.StrideW) + (tap % s.KW) - s.PadLeft;
                if (ih < 0 || ih >= s.InH || iw < 0 || iw >= s.InW) continue;
                for (int ic = 0; ic < s.InC; ic++)
                {
                    for (int oc = 0; oc < s.OutC; oc++)
                    {
                        visit((((ih * s.InW) + iw) * s.InC) + ic, (position * s.OutC) + oc, (((tap * s.InC) + ic) * s.OutC) + oc);
                    }
                }
            }
        }
    }

    /// <summary>The inputs of each output of a pooling layer without padding, taps in (kh, kw) order.</summary>
    private static IEnumerable<int[]> Windows(MaxPool2DSpec pool, LayerPlan layer)
    {
        TensorShape input = layer.Input, output = layer.Output;
        for (int o = 0; o < output.Size; o++)
        {
            int c = o % output.Channels, ow = o / output.Channels % output.Width, oh = o / output.Channels / output.Width;
            yield return
            [
                .. Enumerable.Range(0, pool.PoolH * pool.PoolW).Select(tap =>
                    ((((oh * pool.StrideH) + (tap / pool.PoolW)) * input.Width) + (ow * pool.StrideW) + (tap % pool.PoolW)) * input.Channels + c),
            ];
        }
    }

    private static int Largest(int[] window, float[] x) => window.Aggregate((best, i) => x[i] > x[best] ? i : best);
}
