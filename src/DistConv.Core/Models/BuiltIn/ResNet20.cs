using DistConv.Core.Layers;
using DistConv.Core.Layers.Add;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.BuiltIn;

/// <summary>
/// The residual network of 20 layers for CIFAR-10 of He et al. 2015 (arXiv:1512.03385, section 4.2): a convolution of 16 filters, then three stages of
/// three blocks of two 3 × 3 convolutions with 16, 32 and 64 filters; the second and third stage halve height and width. A block is
/// <c>relu(norm(conv(relu(norm(conv(x))))) + shortcut(x))</c>. Shortcuts are the identity, and where the shape changes a normalised convolution of 1 × 1 with
/// stride 2 (the paper's option B).
/// </summary>
/// <remarks>
/// 272,474 parameters. The paper's 0.27 million are with option A on CIFAR, whose shortcuts learn nothing: 2,752 fewer, 269,722.
/// </remarks>
internal static class ResNet20
{
    private const int Blocks = 3;

    private static readonly int[] _filters = [16, 32, 64];

    /// <summary>The model for CIFAR-10.</summary>
    public static ModelSpec Model { get; } = new("resnet20", new TensorShape(32, 32, 3), Layers());

    private static List<LayerSpec> Layers()
    {
        List<LayerSpec> layers = [NormedLayers.Convolution("conv1", _filters[0], 3), NormedLayers.Norm("conv1_norm"), new ReluSpec("conv1_relu")];
        for (int stage = 0; stage < _filters.Length; stage++)
        {
            for (int block = 0; block < Blocks; block++) AddBlock(layers, $"stage{stage + 1}_block{block + 1}", _filters[stage], stage > 0 && block == 0);
        }

        return [.. layers, new GlobalAvgPool2DSpec("avgpool"), NormedLayers.Softmax("dense")];
    }

    private static void AddBlock(List<LayerSpec> layers, string name, int filters, bool isSmaller)
    {
        string input = layers[^1].Name, shortcut = input;
        layers.Add(NormedLayers.Convolution($"{name}_conv1", filters, 3, isSmaller ? 2 : 1));
        layers.Add(NormedLayers.Norm($"{name}_norm1"));
        layers.Add(new ReluSpec($"{name}_relu1"));
        layers.Add(NormedLayers.Convolution($"{name}_conv2", filters, 3));
        layers.Add(NormedLayers.Norm($"{name}_norm2"));
        if (isSmaller)
        {
            shortcut = $"{name}_shortcut_norm";
            layers.Add(NormedLayers.Convolution($"{name}_shortcut", filters, 1, 2) with { Inputs = [input] });
            layers.Add(NormedLayers.Norm(shortcut));
        }

        layers.Add(new AddSpec($"{name}_add") { Inputs = [$"{name}_norm2", shortcut] });
        layers.Add(new ReluSpec($"{name}_relu2"));
    }
}
