using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Cropping2D;

/// <summary>Images without their edges.</summary>
internal sealed class Cropping2DType : LayerType<Cropping2DSpec>
{
    private static readonly BordersSetting _cropping = new("cropping");

    private Cropping2DType()
        : base("cropping2d", ["Cropping2D"], Bind(_cropping, layer => layer.Cropping))
    {
    }

    public static Cropping2DType Instance { get; } = new();

    protected override Cropping2DSpec Read(string name, SettingReader settings) => new(name, settings.Get(_cropping));

    protected override LayerShapes Infer(Cropping2DSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Image(Name);
        if (layer.Cropping.Rows < input.Height && layer.Cropping.Columns < input.Width)
            return new LayerShapes(new TensorShape(input.Height - layer.Cropping.Rows, input.Width - layer.Cropping.Columns, input.Channels));
        throw new InvalidInputException(
            $"{scope.Where}: cropping {layer.Cropping} leaves nothing of its input {input}; it may cut off {input.Height - 1} rows and {input.Width - 1} "
                + "columns at most");
    }

    protected override LayerTraits Traits(Cropping2DSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu };

    protected override Layer Create(Cropping2DSpec layer, LayerPlan plan, LayerContext context) => new Cropping2DLayer(plan, context, layer);
}
