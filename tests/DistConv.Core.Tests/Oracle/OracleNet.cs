using DistConv.Core.Layers;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Cropping2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.GlobalMaxPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Normalization;
using DistConv.Core.Layers.Permute;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Layers.PRelu;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Rescaling;
using DistConv.Core.Layers.Reshape;
using DistConv.Core.Layers.SeparableConv2D;
using DistConv.Core.Layers.ZeroPadding2D;
using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Core.Tests.Oracle;

/// <summary>A whole network in double precision, its loss summed over the samples.</summary>
internal sealed class OracleNet
{
    private readonly List<OracleLayer> _layers = [];
    private readonly OutputKind _kind;

    /// <summary>A model's layers.</summary>
    /// <param name="plan">The model.</param>
    /// <param name="parameters">All parameters, layer by layer, kernel before bias.</param>
    /// <param name="dropoutFactors">For a dropout layer's index: each sample's factors.</param>
    public OracleNet(ModelPlan plan, ReadOnlySpan<float> parameters, Func<int, double[][]> dropoutFactors)
    {
        _kind = plan.OutputKind;
        for (int i = 0; i < plan.Layers.Count; i++)
        {
            LayerPlan layer = plan.Layers[i];
            Add(layer, () => dropoutFactors(i));
            if (layer.Layer is Conv2DSpec { Activation: Activation.Relu } or DenseSpec { Activation: Activation.Relu }
                or DepthwiseConv2DSpec { Activation: Activation.Relu } or SeparableConv2DSpec { Activation: Activation.Relu })
                _layers.Add(new OracleReluLayer());
        }

        foreach (OracleLayer layer in _layers)
        {
            for (int i = 0; i < layer.Parameters.Length; i++) layer.Parameters[i] = parameters[i];
            parameters = parameters[layer.Parameters.Length..];
        }
    }

    /// <summary>Every layer's parameters and gradients; only those that have some.</summary>
    public IReadOnlyList<OracleLayer> Learned => [.. _layers.Where(layer => layer.Parameters.Length > 0)];

    /// <summary>Loss over all samples; with <paramref name="backward"/> the parameters' gradients too.</summary>
    public double Loss(double[][] samples, int[] labels, bool backward)
    {
        foreach (OracleLayer layer in _layers) Array.Clear(layer.Gradients);
        double loss = 0;
        List<double[][]> values = [samples];
        foreach (OracleLayer layer in _layers) values.Add(layer.Forward(values[^1]));
        var gradients = new double[samples.Length][];
        for (int n = 0; n < samples.Length; n++)
        {
            (double ofSample, gradients[n]) = Loss(values[^1][n], labels[n]);
            loss += ofSample;
        }

        for (int i = _layers.Count - 1; backward && i >= 0; i--) gradients = _layers[i].Backward(values[i], gradients);
        return loss;
    }

    /// <summary>The default loss of what the model ends in, and its gradient.</summary>
    private (double Loss, double[] Gradient) Loss(double[] x, int label)
    {
        double[] t = [.. x.Select((_, unit) => x.Length == 1 ? label : unit == label ? 1.0 : 0.0)];
        double[] e = [.. x.Select(Math.Exp)], p = [.. x.Select((v, c) => _kind == OutputKind.Softmax ? e[c] / e.Sum() : 1 / (1 + Math.Exp(-v)))];
        return _kind switch
        {
            OutputKind.Softmax => (-Math.Log(p[label]), [.. p.Zip(t, (a, b) => a - b)]),
            OutputKind.Sigmoid => (
                x.Zip(t, (v, b) => Math.Max(v, 0) - (v * b) + Math.Log(1 + Math.Exp(-Math.Abs(v)))).Average(), [.. p.Zip(t, (a, b) => (a - b) / x.Length)]),
            OutputKind.Values => (x.Zip(t, (a, b) => (a - b) * (a - b)).Average(), [.. x.Zip(t, (a, b) => 2 * (a - b) / x.Length)]),
            _ => throw new NotSupportedException($"{_kind}"),
        };
    }

    private void Add(LayerPlan plan, Func<double[][]> dropoutFactors)
    {
        TensorShape input = plan.Input;
        OracleLayer? layer = plan.Layer switch
        {
            Conv2DSpec conv => new OracleConvLayer(conv.Shape(input), conv.UseBias),
            DepthwiseConv2DSpec conv => new OracleConvLayer(conv.AsConvolution(input).Shape(input), conv.UseBias),
            SeparableConv2DSpec conv => new OracleSeparableLayer(
                conv.AsConvolution(input).Shape(input), conv.Pointwise(conv.AsConvolution(input).Shape(input).Output), conv.UseBias),
            DenseSpec dense when !input.IsFlat => new OracleConvLayer(dense.Convolution(input), dense.UseBias),
            DenseSpec dense => new OracleDenseLayer(dense.Shape(input), dense.UseBias),
            MaxPool2DSpec pool => new OraclePoolLayer(pool.Shape(input), maximum: true),
            AvgPool2DSpec pool => new OraclePoolLayer(pool.Shape(input), maximum: false),
            GlobalAvgPool2DSpec or GlobalMaxPool2DSpec => new OraclePoolLayer(
                new Pool2DShape(input.Height, input.Width, input.Channels, input.Height, input.Width, 1, 1), maximum: plan.Layer is GlobalMaxPool2DSpec),
            PermuteSpec permute => OracleGather.Permuted(input, permute.Height, permute.Width, permute.Channels),
            ReluSpec { IsPlain: true } => new OracleReluLayer(),
            BatchNormSpec norm => new OracleBatchNormLayer(norm, input.Channels),
            PReluSpec prelu => new OraclePReluLayer(input, prelu.SharedAxes),
            DropoutSpec => new OracleDropoutLayer(dropoutFactors()),
            ZeroPadding2DSpec { Padding: var p } => OracleGather.Padded(input, p.Top, p.Bottom, p.Left, p.Right),
            Cropping2DSpec { Cropping: var p } => OracleGather.Padded(input, -p.Top, -p.Bottom, -p.Left, -p.Right),
            RescalingSpec rescaling => new OracleScaleLayer(input.Channels, rescaling.Scale.Of, rescaling.Offset.Of),
            NormalizationSpec { Mean: var mean, Variance: var variance } => new OracleScaleLayer(
                input.Channels, c => 1 / Math.Sqrt(variance.Of(c)), c => -mean.Of(c) / Math.Sqrt(variance.Of(c))),
            FlattenSpec or ReshapeSpec => null,
            { EndsAs: not OutputKind.Values } and not DenseSpec when plan.IsOutput => null,
            _ => OracleActivations.Of(plan.Layer, plan.Output.Channels) ?? throw new NotSupportedException(plan.Layer.Type),
        };
        if (layer is not null) _layers.Add(layer);
    }
}
