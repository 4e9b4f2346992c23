using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.RandomTranslation;

/// <summary>Pictures that are moved in training.</summary>
internal sealed class RandomTranslationType : WarpType<RandomTranslationSpec>
{
    private static readonly FactorSetting _height = new("heightFactor") { KerasNames = ["height_factor"] };
    private static readonly FactorSetting _width = new("widthFactor") { KerasNames = ["width_factor"] };

    private RandomTranslationType()
        : base("randomtranslation", "RandomTranslation", Bind(_height, layer => layer.HeightFactor), Bind(_width, layer => layer.WidthFactor))
    {
    }

    public static RandomTranslationType Instance { get; } = new();

    protected override RandomTranslationSpec ReadFactors(string name, SettingReader settings) => new(name, settings.Get(_height), settings.Get(_width));
}
