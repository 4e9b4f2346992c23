using DistConv.Core.Layers.Merging;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Concatenate;

/// <summary>Layers one after another.</summary>
internal sealed class ConcatenateType : MergeType<ConcatenateSpec>
{
    private static readonly AxisSetting _axis = new();

    private ConcatenateType()
        : base("concatenate", "Concatenate", Bind(_axis, layer => layer.Axis))
    {
    }

    public static ConcatenateType Instance { get; } = new();

    protected override ConcatenateSpec Read(string name, SettingReader settings) => new(name, settings.Get(_axis));

    protected override LayerShapes Infer(ConcatenateSpec layer, ShapeScope scope)
    {
        TensorShape first = scope.Input;
        int other = scope.Inputs.ToList().FindIndex(shape => shape with { Channels = first.Channels } != first);
        if (other >= 0) throw Differ(layer, scope, other, "its inputs must have one height and width, or all be flat");
        if (layer.Axis == AxisSetting.Flat && !first.IsFlat)
        {
            throw new InvalidInputException(
                $"{scope.Where}: axis 1 of images is their height, and only their channels can be concatenated (axis -1 or 3); its inputs are such as {first}");
        }

        long channels = scope.Inputs.Sum(shape => (long)shape.Channels);
        TensorShape output = first with { Channels = (int)long.Min(channels, int.MaxValue) };
        scope.CheckActivation(output);
        return new LayerShapes(output);
    }

    protected override LayerTraits Traits(ConcatenateSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu };

    protected override Layer Create(ConcatenateSpec layer, LayerPlan plan, LayerContext context) => new ConcatenateLayer(plan, context);
}
