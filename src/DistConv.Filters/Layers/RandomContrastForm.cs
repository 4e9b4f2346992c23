using System.Globalization;
using DistConv.Core.Layers.RandomContrast;

namespace DistConv.Filters.Layers;

/// <summary>Pictures whose contrast varies in training.</summary>
internal sealed class RandomContrastForm() : AugmentationForm<RandomContrastSpec>(
    "RandomContrast", "randomcontrast", ("factor", "factor"), ("value_range", "valueRange"))
{
    protected override string Text(RandomContrastSpec layer) =>
        $"In training, {Effect(layer)}. Then values are limited to {layer.ValueRange.Lower} and {layer.ValueRange.Upper}.";

    protected override string Effect(RandomContrastSpec layer) => string.Create(
        CultureInfo.InvariantCulture,
        $"distances from the mean of a channel are multiplied by a number from {1 - layer.Factor.Lower:0.###} to {1 + layer.Factor.Upper:0.###}");
}
