using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>
/// A rectangle of +0, where word 0 is below round(share · 2³²): its area is 2 to 33 % of the picture's by word 1, its height divided by its width 0.3 to
/// 1 / 0.3 by word 2, evenly in the logarithm; both sides are rounded, and at most the picture's. Words 3 and 4 say where.
/// </summary>
/// <param name="shape">The pictures' shape.</param>
/// <param name="share">Which share of the samples has one.</param>
/// <param name="field">Its random words.</param>
internal sealed unsafe class EraseVariation(TensorShape shape, double share, RandomField field) : PictureVariation(shape)
{
    private static readonly FactorRange _area = new(0.02, 0.33);
    private static readonly FactorRange _logOfSides = new(ExactMath.Log(0.3), -ExactMath.Log(0.3));

    private readonly ulong _threshold = (ulong)double.Round(share * 4294967296.0);

    /// <inheritdoc/>
    public override void Apply(uint sample, uint epoch, float* source, float* destination)
    {
        if (field.UInt32(0, sample, epoch) >= _threshold) return;
        double area = _area.At(field.UInt32(1, sample, epoch)) * ((double)Shape.Height * Shape.Width);
        double sides = ExactMath.Exp(_logOfSides.At(field.UInt32(2, sample, epoch)));
        int height = Side(double.Sqrt(area * sides), Shape.Height), width = Side(double.Sqrt(area / sides), Shape.Width);
        int top = Below(field.UInt32(3, sample, epoch), Shape.Height - height + 1), left = Below(field.UInt32(4, sample, epoch), Shape.Width - width + 1);
        PictureWindow.Clear(Shape, new ImageWindow(top, left, height, width), destination);
    }

    /// <summary>A whole number from 1 to the picture's.</summary>
    private static int Side(double exact, int most)
    {
        double rounded = double.Floor(exact + 0.5);
        return rounded < 1 ? 1 : rounded > most ? most : (int)rounded;
    }
}
