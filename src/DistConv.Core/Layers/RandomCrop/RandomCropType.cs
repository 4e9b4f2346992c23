using DistConv.Core.Layers.Sampling;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.RandomCrop;

/// <summary>Parts of pictures in training.</summary>
internal sealed class RandomCropType : ResizeType<RandomCropSpec>
{
    private RandomCropType()
        : base("randomcrop", "RandomCrop")
    {
    }

    public static RandomCropType Instance { get; } = new();

    protected override RandomCropSpec Read(string name, int height, int width, SettingReader settings) => new(name, height, width);

    protected override Layer Create(RandomCropSpec layer, LayerPlan plan, LayerContext context) => new RandomCropLayer(plan, context, layer);
}
