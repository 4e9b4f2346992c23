using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Pooling;

/// <summary>A pooling layer with a window (see <see cref="Pool2DShape"/>).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="PoolH">Window rows, 1 to 65,536; 2 by default in JSON.</param>
/// <param name="PoolW">Window columns, 1 to 65,536; 2 by default in JSON.</param>
/// <param name="StrideH">Rows from one window to the next; <paramref name="PoolH"/> by default in JSON.</param>
/// <param name="StrideW">Columns from one window to the next; <paramref name="PoolW"/> by default in JSON.</param>
/// <param name="Padding">Treatment of the border; valid by default in JSON.</param>
public abstract record Pool2DSpec(string Name, int PoolH, int PoolW, int StrideH, int StrideW, Padding Padding) : LayerSpec(Name)
{
    /// <summary>The geometry on a given input.</summary>
    /// <param name="input">The input; not flat.</param>
    /// <returns>The pooling layer's shape.</returns>
    public Pool2DShape Shape(TensorShape input) => new(input.Height, input.Width, input.Channels, PoolH, PoolW, StrideH, StrideW, Padding);
}
