using DistConv.Core.Layers;
using DistConv.Core.Layers.Concatenate;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.BuiltIn;

/// <summary>
/// GoogLeNet (Szegedy et al. 2014, arXiv:1409.4842, table 1) for small pictures: its modules 3a, 3b, 4a and 5b with a quarter of their filters, behind one
/// convolution. A module concatenates four branches: 1 × 1; 1 × 1 and 3 × 3; 1 × 1 and 5 × 5; maximum pooling and 1 × 1. All convolutions end in ReLU.
/// </summary>
internal static class MiniInception
{
    /// <summary>The model for CIFAR-10.</summary>
    public static ModelSpec Model { get; } = new("mini-inception", new TensorShape(32, 32, 3), Layers());

    private static List<LayerSpec> Layers()
    {
        List<LayerSpec> layers = [Convolution("conv1", 32, 3), Halve("maxpool1")];
        AddModule(layers, "module3a", 16, (24, 32), (4, 8), 8);
        AddModule(layers, "module3b", 32, (32, 48), (8, 24), 16);
        layers.Add(Halve("maxpool2"));
        AddModule(layers, "module4a", 48, (24, 52), (4, 12), 16);
        AddModule(layers, "module5b", 96, (48, 96), (12, 32), 32);
        return [.. layers, new GlobalAvgPool2DSpec("avgpool"), new DropoutSpec("dropout1", 0.4), NormedLayers.Softmax("dense")];
    }

    private static void AddModule(
        List<LayerSpec> layers, string name, int single, (int Reduced, int Filters) three, (int Reduced, int Filters) five, int pooled)
    {
        string input = layers[^1].Name;
        layers.AddRange(
        [
            Convolution($"{name}_1x1", single, 1),
            Convolution($"{name}_3x3_reduce", three.Reduced, 1) with { Inputs = [input] },
            Convolution($"{name}_3x3", three.Filters, 3),
            Convolution($"{name}_5x5_reduce", five.Reduced, 1) with { Inputs = [input] },
            Convolution($"{name}_5x5", five.Filters, 5),
            new MaxPool2DSpec($"{name}_pool", 3, 3, 1, 1, Padding.Same) { Inputs = [input] },
            Convolution($"{name}_pool_1x1", pooled, 1),
            new ConcatenateSpec($"{name}_concat") { Inputs = [$"{name}_1x1", $"{name}_3x3", $"{name}_5x5", $"{name}_pool_1x1"] },
        ]);
    }

    private static MaxPool2DSpec Halve(string name) => new(name, 3, 3, 2, 2, Padding.Same);

    private static Conv2DSpec Convolution(string name, int filters, int kernel) =>
        new(name, filters, kernel, kernel, 1, 1, Padding.Same, Activation.Relu, NormedLayers.He, InitializerRules.DefaultBias);
}
