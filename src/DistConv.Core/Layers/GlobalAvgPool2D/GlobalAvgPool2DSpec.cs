using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.GlobalAvgPool2D;

/// <summary>The mean of each channel: (h, w, c) becomes (c), as Keras's GlobalAveragePooling2D.</summary>
/// <inheritdoc cref="GlobalPool2DSpec"/>
public sealed record GlobalAvgPool2DSpec(string Name, bool KeepDims = false) : GlobalPool2DSpec(Name, KeepDims)
{
    /// <inheritdoc/>
    public override LayerType Kind => GlobalAvgPool2DType.Instance;
}
