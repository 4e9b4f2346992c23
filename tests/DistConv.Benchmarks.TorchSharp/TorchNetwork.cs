using DistConv.Core.Layers;
using DistConv.Core.Layers.Add;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Models;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DistConv.Benchmarks.TorchSharp;

/// <summary>A DistConv model in TorchSharp: the same graph of layers in PyTorch's layout (NCHW), up to the logits.</summary>
internal sealed class TorchNetwork : Module<Tensor, Tensor>
{
    private readonly IReadOnlyList<LayerPlan> _plans;
    private readonly IReadOnlyList<Module<Tensor, Tensor>> _modules;

    /// <summary>The network: a module from (n, c, h, w) to (n, classes).</summary>
    /// <param name="plan">The model with all shapes.</param>
    public TorchNetwork(ModelPlan plan)
        : base(plan.Model.Name)
    {
        _plans = plan.Layers;
        _modules = [.. plan.Layers.Select(Create)];
        foreach ((LayerPlan layer, Module<Tensor, Tensor> module) in plan.Layers.Zip(_modules)) register_module(layer.Layer.Name, module);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        var outputs = new Tensor[_modules.Count];
        for (int i = 0; i < outputs.Length; i++)
        {
            Tensor[] inputs = [.. _plans[i].Sources.Select(source => source < 0 ? input : outputs[source])];
            outputs[i] = _modules[i].call(_plans[i].Layer is AddSpec ? inputs.Aggregate((sum, next) => sum + next) : inputs[0]);
        }

        return outputs[^1];
    }

    private static Module<Tensor, Tensor> Create(LayerPlan layer) => layer.Layer switch
    {
        Conv2DSpec convolution => Convolution(convolution, layer.Input.Channels),
        DepthwiseConv2DSpec depthwise => Convolution(depthwise.AsConvolution(layer.Input), layer.Input.Channels),
        DenseSpec dense => Activated(Linear(layer.Input.Size, dense.Units, dense.UseBias), dense.Activation),
        BatchNormSpec norm => BatchNorm2d(layer.Input.Channels, norm.Epsilon, 1 - norm.Momentum),
        ReluSpec { IsPlain: true } => ReLU(inplace: true),
        ReluSpec { MaxValue: 6, NegativeSlope: 0, Threshold: 0 } => ReLU6(inplace: true),
        MaxPool2DSpec pool => MaxPool2d((pool.PoolH, pool.PoolW), (pool.StrideH, pool.StrideW)),
        GlobalAvgPool2DSpec => Sequential(AdaptiveAvgPool2d(1), Flatten()),
        FlattenSpec => Flatten(),
        DropoutSpec dropout => Dropout(dropout.Rate),
        AddSpec => Identity(),
        _ => throw new NotSupportedException($"layer '{layer.Layer.Name}' ({layer.Layer.Type}) has no counterpart here"),
    };

    private static Module<Tensor, Tensor> Convolution(Conv2DSpec layer, int channels) => Activated(
        Conv2d(
            channels, layer.Filters, (layer.KernelH, layer.KernelW), (layer.StrideH, layer.StrideW), Pad(layer), groups: layer.Groups, bias: layer.UseBias),
        layer.Activation);

    private static Module<Tensor, Tensor> Activated(Module<Tensor, Tensor> products, Activation activation) =>
        activation == Activation.Relu ? Sequential(products, ReLU(inplace: true)) : products;

    /// <summary>Padding that gives the output its size: of an odd kernel, on an even input where the stride is 2. Nothing else is compared.</summary>
    private static (long, long) Pad(Conv2DSpec layer) =>
        layer.Padding == Core.Shapes.Padding.Same ? (layer.KernelH / 2, layer.KernelW / 2) : (0, 0);
}
