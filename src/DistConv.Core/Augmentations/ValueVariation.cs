using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>The distance of each value from the mean of its channel times a factor of word 0, 1 − amount to 1 + amount, as RandomContrast has it.</summary>
internal sealed unsafe class ContrastVariation(TensorShape shape, double amount, RandomField field) : PictureVariation(shape)
{
    private readonly FactorRange _range = new(1 - amount, 1 + amount);

    /// <inheritdoc/>
    public override void Apply(uint sample, uint epoch, float* source, float* destination) => ChannelContrast.Apply(
        Shape, (float)_range.At(field.UInt32(0, sample, epoch)), new ValueLimits(new FactorRange(0, 1)), source, destination);
}

/// <summary>A number of word 0 added to all values, −amount to amount, as RandomBrightness has it.</summary>
internal sealed unsafe class BrightnessVariation(TensorShape shape, double amount, RandomField field) : PictureVariation(shape)
{
    private readonly FactorRange _range = new(-amount, amount);

    /// <inheritdoc/>
    public override void Apply(uint sample, uint epoch, float* source, float* destination)
    {
        ValueLimits limits = new(new FactorRange(0, 1));
        float delta = (float)_range.At(field.UInt32(0, sample, epoch));
        for (int i = 0; i < Shape.Size; i++) destination[i] = limits.Limit(source[i] + delta);
    }
}
