using DistConv.Core.Layers;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models.BuiltIn;

/// <summary>
/// A small network for some hundred photographs: four 3 × 3 convolutions of 16, 32, 64 and 128 filters, each with batch normalisation and ReLU, with maximum
/// pooling between them, then the mean of each channel, dropout and a softmax. It takes pictures of any size from 16 × 16 on.
/// </summary>
/// <remarks>98,970 parameters; global pooling leaves the last layer few, and few samples overfit fewer parameters less.</remarks>
internal static class PhotoCnn
{
    private static readonly int[] _filters = [16, 32, 64, 128];

    /// <summary>The model for pictures of 64 × 64.</summary>
    public static ModelSpec Model { get; } = new("photo-cnn", new TensorShape(64, 64, 3), Layers());

    private static List<LayerSpec> Layers()
    {
        List<LayerSpec> layers = [];
        for (int i = 1; i <= _filters.Length; i++)
        {
            if (i > 1) layers.Add(new MaxPool2DSpec($"maxpool{i - 1}", 2));
            layers.AddRange([NormedLayers.Convolution($"conv{i}", _filters[i - 1], 3), NormedLayers.Norm($"conv{i}_norm"), new ReluSpec($"conv{i}_relu")]);
        }

        return [.. layers, new GlobalAvgPool2DSpec("avgpool"), new DropoutSpec("dropout", 0.25), NormedLayers.Softmax("dense")];
    }
}
