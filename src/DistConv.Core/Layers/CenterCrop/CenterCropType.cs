using DistConv.Core.Layers.Sampling;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.CenterCrop;

/// <summary>The middle of images.</summary>
internal sealed class CenterCropType : ResizeType<CenterCropSpec>
{
    private CenterCropType()
        : base("centercrop", "CenterCrop")
    {
    }

    public static CenterCropType Instance { get; } = new();

    protected override CenterCropSpec Read(string name, int height, int width, SettingReader settings) => new(name, height, width);
}
