using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Reshape;

/// <summary>The same values in another shape.</summary>
internal sealed class ReshapeType : LayerType<ReshapeSpec>
{
    private static readonly TargetShapeSetting _shape = new("shape") { KerasNames = ["target_shape"] };

    private ReshapeType()
        : base("reshape", ["Reshape"], Bind(_shape, layer => layer.Shape))
    {
    }

    public static ReshapeType Instance { get; } = new();

    protected override ReshapeSpec Read(string name, SettingReader settings) => new(name, settings.Get(_shape));

    protected override LayerShapes Infer(ReshapeSpec layer, ShapeScope scope)
    {
        TensorShape shape = layer.Shape;
        long known = 1;
        foreach (int size in (ReadOnlySpan<int>)[shape.Height, shape.Width, shape.Channels]) known *= size == TargetShapeSetting.Rest ? 1 : size;
        bool hasRest = shape.Height == TargetShapeSetting.Rest || shape.Width == TargetShapeSetting.Rest || shape.Channels == TargetShapeSetting.Rest;
        long rest = scope.Input.Size / known;
        if (known * rest == scope.Input.Size && (hasRest || rest == 1))
            return new LayerShapes(new TensorShape(Size(shape.Height), Size(shape.Width), Size(shape.Channels), shape.IsFlat));
        throw new InvalidInputException(
            $"{scope.Where}: shape {shape} does not fit its input {scope.Input}: " + (hasRest
                ? $"{known:N0} does not divide its {scope.Input.Size:N0} values"
                : $"it has {known:N0} values, and the input {scope.Input.Size:N0}"));

        int Size(int size) => size == TargetShapeSetting.Rest ? (int)rest : size;
    }

    protected override LayerTraits Traits(ReshapeSpec layer, LayerPlan plan, bool afterRelu) => new() { IsIdentity = true };

    protected override Layer Create(ReshapeSpec layer, LayerPlan plan, LayerContext context) => new IdentityLayer(plan, context);
}
