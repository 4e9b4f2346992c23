using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.MaxPool2D;

/// <summary>The largest value of each window, as Keras's MaxPooling2D.</summary>
/// <inheritdoc cref="Pool2DSpec"/>
public sealed record MaxPool2DSpec(string Name, int PoolH, int PoolW, int StrideH, int StrideW, Padding Padding = Padding.Valid)
    : Pool2DSpec(Name, PoolH, PoolW, StrideH, StrideW, Padding)
{
    /// <summary>A square window that moves by its own size.</summary>
    /// <param name="name">See <see cref="LayerSpec"/>.</param>
    /// <param name="pool">Rows and columns of the window.</param>
    public MaxPool2DSpec(string name, int pool)
        : this(name, pool, pool, pool, pool)
    {
    }

    /// <inheritdoc/>
    public override LayerType Kind => MaxPool2DType.Instance;
}
