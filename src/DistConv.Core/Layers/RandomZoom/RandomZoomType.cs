using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.RandomZoom;

/// <summary>Pictures that are scaled in training.</summary>
internal sealed class RandomZoomType : WarpType<RandomZoomSpec>
{
    private static readonly FactorSetting _height = new("heightFactor") { KerasNames = ["height_factor"] };
    private static readonly OptionalFactorSetting _width = new(new("widthFactor")) { KerasNames = ["width_factor"], NullIsDefault = true };

    private RandomZoomType()
        : base("randomzoom", "RandomZoom", Bind(_height, layer => layer.HeightFactor), Bind(_width, layer => layer.WidthFactor))
    {
    }

    public static RandomZoomType Instance { get; } = new();

    protected override RandomZoomSpec ReadFactors(string name, SettingReader settings) => new(name, settings.Get(_height), settings.Get(_width));
}
