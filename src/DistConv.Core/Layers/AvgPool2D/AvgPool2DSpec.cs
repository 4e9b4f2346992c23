using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.AvgPool2D;

/// <summary>The mean of each window's values (padding does not count), as Keras's AveragePooling2D.</summary>
/// <inheritdoc cref="Pool2DSpec"/>
public sealed record AvgPool2DSpec(string Name, int PoolH, int PoolW, int StrideH, int StrideW, Padding Padding = Padding.Valid)
    : Pool2DSpec(Name, PoolH, PoolW, StrideH, StrideW, Padding)
{
    /// <summary>A square window that moves by its own size.</summary>
    /// <param name="name">See <see cref="LayerSpec"/>.</param>
    /// <param name="pool">Rows and columns of the window.</param>
    public AvgPool2DSpec(string name, int pool)
        : this(name, pool, pool, pool, pool)
    {
    }

    /// <inheritdoc/>
    public override LayerType Kind => AvgPool2DType.Instance;
}
