using System.Globalization;
using DistConv.Core.Layers.RandomRotation;

namespace DistConv.Filters.Layers;

/// <summary>Pictures that are turned in training.</summary>
internal sealed class RandomRotationForm() : WarpForm<RandomRotationSpec>("RandomRotation", "randomrotation", ("factor", "factor"))
{
    protected override string Effect(RandomRotationSpec layer) => string.Create(
        CultureInfo.InvariantCulture,
        $"each picture is turned counter-clockwise by {layer.Factor.Lower * 360:0.##}° to {layer.Factor.Upper * 360:0.##}°");
}
