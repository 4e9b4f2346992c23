using DistConv.Core.Models;
using static TorchSharp.torch;

namespace DistConv.Benchmarks.TorchSharp;

/// <summary>A DistConv model in TorchSharp: the same layers in PyTorch's layout (NCHW), up to the logits.</summary>
internal static class TorchNetwork
{
    /// <summary>The network.</summary>
    /// <param name="plan">The model with all shapes.</param>
    /// <returns>A module from (n, c, h, w) to (n, classes).</returns>
    public static nn.Module<Tensor, Tensor> Create(ModelPlan plan)
    {
        var layers = new List<(string Name, nn.Module<Tensor, Tensor> Module)>();
        foreach (LayerPlan layer in plan.Layers) layers.AddRange(Layers(layer));
        return nn.Sequential(layers);
    }

    private static IEnumerable<(string Name, nn.Module<Tensor, Tensor> Module)> Layers(LayerPlan layer)
    {
        string name = layer.Layer.Name;
        switch (layer.Layer)
        {
            case Conv2DSpec conv:
                yield return (name, nn.Conv2d(
                    layer.Input.Channels, conv.Filters, (conv.KernelH, conv.KernelW), (conv.StrideH, conv.StrideW), Pad(conv), bias: conv.UseBias));
                if (conv.Activation == Activation.Relu) yield return ($"{name}_relu", nn.ReLU(inplace: true));
                break;
            case DenseSpec dense:
                yield return (name, nn.Linear(layer.Input.Size, dense.Units, dense.UseBias));
                if (dense.Activation == Activation.Relu) yield return ($"{name}_relu", nn.ReLU(inplace: true));
                break;
            case MaxPool2DSpec pool:
                yield return (name, nn.MaxPool2d((pool.PoolH, pool.PoolW), (pool.StrideH, pool.StrideW)));
                break;
            case FlattenSpec:
                yield return (name, nn.Flatten());
                break;
            case DropoutSpec dropout:
                yield return (name, nn.Dropout(dropout.Rate));
                break;
            default:
                throw new NotSupportedException($"layer '{name}' ({layer.Layer.Type}) has no counterpart here");
        }
    }

    /// <summary>Padding of a convolution with stride 1 and an odd kernel; nothing else is compared.</summary>
    private static (long, long) Pad(Conv2DSpec conv) => conv.Padding == DistConv.Core.Shapes.Padding.Same ? (conv.KernelH / 2, conv.KernelW / 2) : (0, 0);
}
