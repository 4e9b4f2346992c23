using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Affine;

/// <summary>Layers with given numbers for each channel.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="settings">The settings in canonical order.</param>
internal abstract class ChannelValuesType<TSpec>(string name, string kerasName, params BoundSetting<TSpec>[] settings)
    : LayerType<TSpec>(name, [kerasName], settings)
    where TSpec : LayerSpec
{
    protected sealed override LayerShapes Infer(TSpec layer, ShapeScope scope)
    {
        foreach ((string setting, ChannelValues values) in Numbers(layer))
        {
            if (values.IsEmpty || values.Fits(scope.Input.Channels)) continue;
            throw new InvalidInputException(
                $"{scope.Where}: {setting} has {values.Values.Count:N0} numbers, but its input {scope.Input} has {scope.Input.Channels:N0} channels; give one "
                    + "number for all, or one for each");
        }

        return new LayerShapes(scope.Input, Tensors(layer, scope.Input.Channels), 0);
    }

    /// <summary>The layer's tensors: none, unless numbers are weights.</summary>
    protected virtual IReadOnlyList<TensorPlan> Tensors(TSpec layer, int channels) => [];

    protected sealed override LayerTraits Traits(TSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, PackedEstimate = 2.0 * ChannelPattern.Floats(plan.Input.Channels) };

    /// <summary>The settings with numbers for the channels.</summary>
    protected abstract IReadOnlyList<(string Setting, ChannelValues Values)> Numbers(TSpec layer);
}
