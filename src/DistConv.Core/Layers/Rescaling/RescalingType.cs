using DistConv.Core.Layers.Affine;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Rescaling;

/// <summary>Values times a factor plus an offset.</summary>
internal sealed class RescalingType : ChannelValuesType<RescalingSpec>
{
    private static readonly ChannelValuesSetting _scale = new("scale", "0.5");
    private static readonly ChannelValuesSetting _offset = new("offset", "-1") { Default = 0f };

    private RescalingType()
        : base("rescaling", "Rescaling", Bind(_scale, layer => layer.Scale), Bind(_offset, layer => layer.Offset))
    {
    }

    public static RescalingType Instance { get; } = new();

    protected override RescalingSpec Read(string name, SettingReader settings) => new(name, settings.Get(_scale), settings.Get(_offset));

    protected override IReadOnlyList<(string Setting, ChannelValues Values)> Numbers(RescalingSpec layer) =>
        [(_scale.Name, layer.Scale), (_offset.Name, layer.Offset)];

    protected override Layer Create(RescalingSpec layer, LayerPlan plan, LayerContext context) => new RescalingLayer(plan, context, layer);
}
