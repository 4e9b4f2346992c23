using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.RandomBrightness;

/// <summary>Pictures that become lighter or darker in training.</summary>
internal sealed class RandomBrightnessType : RandomImageType<RandomBrightnessSpec>
{
    private static readonly FactorSetting _factor = new("factor");
    private static readonly ValueRangeSetting _range = new("valueRange") { KerasNames = ["value_range"] };

    private RandomBrightnessType()
        : base("randombrightness", "RandomBrightness", Bind(_factor, layer => layer.Factor), Bind(_range, layer => layer.ValueRange))
    {
    }

    public static RandomBrightnessType Instance { get; } = new();

    protected override bool GradientReadsInput => true;

    protected override RandomBrightnessSpec Read(string name, SettingReader settings) => new(name, settings.Get(_factor), settings.Get(_range));

    protected override Layer Create(RandomBrightnessSpec layer, LayerPlan plan, LayerContext context) => new RandomBrightnessLayer(plan, context, layer);
}
