using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>Types of layers that vary pictures in training and keep their shape.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="settings">The settings in canonical order.</param>
internal abstract class RandomImageType<TSpec>(string name, string kerasName, params BoundSetting<TSpec>[] settings)
    : LayerType<TSpec>(name, [kerasName], settings)
    where TSpec : LayerSpec
{
    /// <summary>Whether the gradient depends on the values of the input.</summary>
    protected virtual bool GradientReadsInput => false;

    protected sealed override LayerShapes Infer(TSpec layer, ShapeScope scope) => new(scope.Image(Name));

    protected sealed override LayerTraits Traits(TSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu || (GradientReadsInput && plan.NeedsInputGradient) };
}
