using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Permute;

/// <summary>Images with their axes in another order.</summary>
internal sealed class PermuteType : LayerType<PermuteSpec>
{
    private static readonly DimsSetting _dims = new("dims");

    private PermuteType()
        : base("permute", ["Permute"], Bind(_dims, layer => (layer.Height, layer.Width, layer.Channels)))
    {
    }

    public static PermuteType Instance { get; } = new();

    protected override PermuteSpec Read(string name, SettingReader settings)
    {
        (int height, int width, int channels) = settings.Get(_dims);
        return new PermuteSpec(name, height, width, channels);
    }

    protected override LayerShapes Infer(PermuteSpec layer, ShapeScope scope) => new(layer.Output(scope.Image(Name)));

    protected override LayerTraits Traits(PermuteSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu };

    protected override Layer Create(PermuteSpec layer, LayerPlan plan, LayerContext context) => new PermuteLayer(plan, context, layer);
}
