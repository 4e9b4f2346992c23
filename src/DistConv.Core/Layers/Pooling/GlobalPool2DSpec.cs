namespace DistConv.Core.Layers.Pooling;

/// <summary>A pooling over the whole image: (h, w, c) becomes (c).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="KeepDims">Whether the output stays an image, (1, 1, c); false by default in JSON.</param>
public abstract record GlobalPool2DSpec(string Name, bool KeepDims) : LayerSpec(Name)
{
    /// <summary>The geometry on a given input: one window.</summary>
    /// <param name="input">The input; not flat.</param>
    /// <returns>The pooling layer's shape.</returns>
    public static Pool2DShape Shape(Shapes.TensorShape input) =>
        new(input.Height, input.Width, input.Channels, input.Height, input.Width, input.Height, input.Width);
}
