using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Sampling;

/// <summary>Types of layers whose output has a given size.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="settings">The settings behind height and width, in canonical order.</param>
internal abstract class ResizeType<TSpec>(string name, string kerasName, params IReadOnlyList<BoundSetting<TSpec>> settings)
    : LayerType<TSpec>(name, [kerasName], [Bind(_height, layer => layer.Height), Bind(_width, layer => layer.Width), .. settings])
    where TSpec : ResizeSpec
{
    private static readonly SizeSetting _height = new("height", "24"), _width = new("width", "24");

    protected sealed override TSpec Read(string name, SettingReader settings) => Read(name, settings.Get(_height), settings.Get(_width), settings);

    /// <summary>Makes the record from its size and its other settings.</summary>
    protected abstract TSpec Read(string name, int height, int width, SettingReader settings);

    protected sealed override LayerShapes Infer(TSpec layer, ShapeScope scope)
    {
        TensorShape output = new(layer.Height, layer.Width, scope.Image(Name).Channels);
        scope.CheckActivation(output);
        ImageWindow window = layer.Window(scope.Input);
        if (window.Height > ModelLimits.MaxDimension || window.Width > ModelLimits.MaxDimension)
            throw new InvalidInputException(
                $"{scope.Where}: its input {scope.Input} would be padded to more than {ModelLimits.MaxDimension:N0} rows or columns for the aspect ratio of "
                    + $"{layer.Height} x {layer.Width}");
        return new LayerShapes(output);
    }

    protected sealed override LayerTraits Traits(TSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu };

    protected override Layer Create(TSpec layer, LayerPlan plan, LayerContext context) => new ResizeLayer(plan, context, layer);
}
