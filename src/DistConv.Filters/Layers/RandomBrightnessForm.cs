using System.Globalization;
using DistConv.Core.Layers.RandomBrightness;

namespace DistConv.Filters.Layers;

/// <summary>Pictures that become lighter or darker in training.</summary>
internal sealed class RandomBrightnessForm() : AugmentationForm<RandomBrightnessSpec>(
    "RandomBrightness", "randombrightness", ("factor", "factor"), ("value_range", "valueRange"))
{
    protected override string Text(RandomBrightnessSpec layer) =>
        $"In training, {Effect(layer)}. Then values are limited to {layer.ValueRange.Lower} and {layer.ValueRange.Upper}.";

    protected override string Effect(RandomBrightnessSpec layer)
    {
        double range = layer.ValueRange.Upper - layer.ValueRange.Lower;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"a number from {layer.Factor.Lower * range:0.###} to {layer.Factor.Upper * range:0.###} is added to all values of a picture");
    }
}
