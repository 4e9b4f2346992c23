using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Sampling;

/// <summary>A layer whose output has a given size: (h, w, c) becomes (height, width, c).</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
/// <param name="Height">Rows of the output, 1 to 65,536.</param>
/// <param name="Width">Columns of the output, 1 to 65,536.</param>
public abstract record ResizeSpec(string Name, int Height, int Width) : LayerSpec(Name)
{
    /// <summary>How values between pixels are found.</summary>
    public virtual Interpolation Interpolation { get; init; } = Interpolation.Bilinear;

    /// <summary>The value of what the window has outside the image.</summary>
    public virtual double FillValue { get; init; }

    /// <summary>The part of an image that becomes the output when the network is used.</summary>
    /// <param name="image">The input's shape.</param>
    /// <returns>The window, which may reach over the image on all sides; where it has the size of the output, it is the output.</returns>
    public abstract ImageWindow Window(TensorShape image);

    /// <inheritdoc/>
    internal override bool KeepsPixels => true;
}
