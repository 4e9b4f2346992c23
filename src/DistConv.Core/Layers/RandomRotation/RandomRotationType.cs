using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.RandomRotation;

/// <summary>Pictures that are turned in training.</summary>
internal sealed class RandomRotationType : WarpType<RandomRotationSpec>
{
    private static readonly FactorSetting _factor = new("factor");

    private RandomRotationType()
        : base("randomrotation", "RandomRotation", Bind(_factor, layer => layer.Factor))
    {
    }

    public static RandomRotationType Instance { get; } = new();

    protected override RandomRotationSpec ReadFactors(string name, SettingReader settings) => new(name, settings.Get(_factor));
}
