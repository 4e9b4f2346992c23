using DistConv.Core.Layers.RandomTranslation;

namespace DistConv.Filters.Layers;

/// <summary>Pictures that are moved in training.</summary>
internal sealed class RandomTranslationForm() : WarpForm<RandomTranslationSpec>(
    "RandomTranslation", "randomtranslation", ("height_factor", "heightFactor"), ("width_factor", "widthFactor"))
{
    protected override string Effect(RandomTranslationSpec layer) =>
        $"each picture is moved down by {Percent(layer.HeightFactor)} of its height and to the right by {Percent(layer.WidthFactor)} of its width";
}
