using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.RandomContrast;

/// <summary>Pictures whose contrast varies in training.</summary>
internal sealed class RandomContrastType : RandomImageType<RandomContrastSpec>
{
    private static readonly FactorSetting _factor = new("factor") { IsDistance = true };
    private static readonly ValueRangeSetting _range = new("valueRange") { KerasNames = ["value_range"] };

    private RandomContrastType()
        : base("randomcontrast", "RandomContrast", Bind(_factor, layer => layer.Factor), Bind(_range, layer => layer.ValueRange))
    {
    }

    public static RandomContrastType Instance { get; } = new();

    protected override bool GradientReadsInput => true;

    protected override RandomContrastSpec Read(string name, SettingReader settings) => new(name, settings.Get(_factor), settings.Get(_range));

    protected override Layer Create(RandomContrastSpec layer, LayerPlan plan, LayerContext context) => new RandomContrastLayer(plan, context, layer);
}
