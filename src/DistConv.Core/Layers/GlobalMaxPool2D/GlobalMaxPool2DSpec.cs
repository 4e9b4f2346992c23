using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Layers.GlobalMaxPool2D;

/// <summary>The largest value of each channel: (h, w, c) becomes (c), as Keras's GlobalMaxPooling2D.</summary>
/// <inheritdoc cref="GlobalPool2DSpec"/>
public sealed record GlobalMaxPool2DSpec(string Name, bool KeepDims = false) : GlobalPool2DSpec(Name, KeepDims)
{
    /// <inheritdoc/>
    public override LayerType Kind => GlobalMaxPool2DType.Instance;
}
