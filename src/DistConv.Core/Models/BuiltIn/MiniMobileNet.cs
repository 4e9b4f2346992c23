using DistConv.Core.Layers;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.BuiltIn;

/// <summary>
/// MobileNet (Howard et al. 2017, arXiv:1704.04861) for small pictures: the first seven of its depthwise separable blocks with half the filters (the paper's
/// α = 0.5), and without the stride of its first convolution. A block is a 3 × 3 convolution of each channel by itself and a 1 × 1 convolution, each with
/// batch normalisation and ReLU6, as Keras's MobileNet.
/// </summary>
internal static class MiniMobileNet
{
    private static readonly (int Filters, int Stride)[] _blocks = [(32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (256, 2), (256, 1)];

    /// <summary>The model for CIFAR-10.</summary>
    public static ModelSpec Model { get; } = new("mini-mobilenet", new TensorShape(32, 32, 3), Layers());

    private static List<LayerSpec> Layers()
    {
        List<LayerSpec> layers = [NormedLayers.Convolution("conv1", 16, 3), NormedLayers.Norm("conv1_norm"), Relu6("conv1_relu")];
        for (int i = 0; i < _blocks.Length; i++)
        {
            string name = $"block{i + 1}";
            (int filters, int stride) = _blocks[i];
            layers.AddRange(
            [
                new DepthwiseConv2DSpec(
                    $"{name}_depthwise", 3, 3, stride, stride, Padding.Same, 1, Activation.Linear, NormedLayers.He, InitializerRules.DefaultBias,
                    UseBias: false),
                NormedLayers.Norm($"{name}_depthwise_norm"),
                Relu6($"{name}_depthwise_relu"),
                NormedLayers.Convolution($"{name}_pointwise", filters, 1),
                NormedLayers.Norm($"{name}_pointwise_norm"),
                Relu6($"{name}_pointwise_relu"),
            ]);
        }

        return [.. layers, new GlobalAvgPool2DSpec("avgpool"), NormedLayers.Softmax("dense")];
    }

    private static ReluSpec Relu6(string name) => new(name) { MaxValue = 6 };
}
