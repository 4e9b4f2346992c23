using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.ZeroPadding2D;

/// <summary>Zeros around an image.</summary>
internal sealed class ZeroPadding2DType : LayerType<ZeroPadding2DSpec>
{
    private static readonly BordersSetting _padding = new("padding") { Default = Borders.Symmetric(1, 1) };

    private ZeroPadding2DType()
        : base("zeropadding2d", ["ZeroPadding2D"], Bind(_padding, layer => layer.Padding))
    {
    }

    public static ZeroPadding2DType Instance { get; } = new();

    protected override ZeroPadding2DSpec Read(string name, SettingReader settings) => new(name, settings.Get(_padding));

    protected override LayerShapes Infer(ZeroPadding2DSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Image(Name);
        TensorShape output = new(input.Height + layer.Padding.Rows, input.Width + layer.Padding.Columns, input.Channels);
        scope.CheckActivation(output);
        return new LayerShapes(output);
    }

    protected override LayerTraits Traits(ZeroPadding2DSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu };

    protected override Layer Create(ZeroPadding2DSpec layer, LayerPlan plan, LayerContext context) => new ZeroPadding2DLayer(plan, context, layer);
}
