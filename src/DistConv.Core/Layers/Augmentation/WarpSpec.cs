using DistConv.Core.Layers.Sampling;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>A layer that moves, turns or scales pictures in training, by an affine map that is drawn for each sample; nothing otherwise.</summary>
/// <param name="Name">See <see cref="LayerSpec"/>.</param>
public abstract record WarpSpec(string Name) : LayerSpec(Name)
{
    /// <summary>What lies outside the picture; its mirror image by default.</summary>
    public FillMode FillMode { get; init; }

    /// <summary>How values between pixels are found; bilinear by default.</summary>
    public Interpolation Interpolation { get; init; }

    /// <summary>The value of what lies outside if it is constant; 0 by default.</summary>
    public double FillValue { get; init; }

    /// <summary>The map from places of the output to those of the input.</summary>
    /// <param name="image">The shape.</param>
    /// <param name="first">A random word.</param>
    /// <param name="second">Another one.</param>
    internal abstract AffineMap Draw(TensorShape image, uint first, uint second);

    /// <inheritdoc/>
    internal override bool KeepsPixels => true;
}
