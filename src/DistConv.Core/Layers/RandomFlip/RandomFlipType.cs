using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.RandomFlip;

/// <summary>Pictures that are mirrored in training.</summary>
internal sealed class RandomFlipType : RandomImageType<RandomFlipSpec>
{
    private static readonly FlipModeSetting _mode = new("mode");

    private RandomFlipType()
        : base("randomflip", "RandomFlip", Bind(_mode, layer => layer.Mode))
    {
    }

    public static RandomFlipType Instance { get; } = new();

    protected override RandomFlipSpec Read(string name, SettingReader settings) => new(name, settings.Get(_mode));

    protected override Layer Create(RandomFlipSpec layer, LayerPlan plan, LayerContext context) => new RandomFlipLayer(plan, context, layer);
}
