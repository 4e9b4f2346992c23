using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Activations;

/// <summary>The type of layers that apply a function to single values: the output has the shape of the input, and nothing is learned.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <typeparam name="TFunction">The function.</typeparam>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasNames">Keras's names of the class.</param>
/// <param name="activationNames">See <see cref="LayerType.ActivationNames"/>.</param>
/// <param name="settings">The settings in canonical order.</param>
internal abstract class ActivationType<TSpec, TFunction>(
    string name, IReadOnlyList<string> kerasNames, IReadOnlyList<string> activationNames, params BoundSetting<TSpec>[] settings)
    : LayerType<TSpec>(name, kerasNames, settings)
    where TSpec : LayerSpec
    where TFunction : struct, IActivationFunction
{
    /// <inheritdoc/>
    internal sealed override IReadOnlyList<string> ActivationNames => activationNames;

    /// <summary>The function with a layer's constants.</summary>
    protected abstract TFunction Function(TSpec layer);

    /// <inheritdoc/>
    protected sealed override LayerShapes Infer(TSpec layer, ShapeScope scope) => new(scope.Input);

    /// <inheritdoc/>
    protected sealed override LayerTraits Traits(TSpec layer, LayerPlan plan, bool afterRelu) =>
        IsLeftToTheLoss(layer, plan)
            ? new() { IsIdentity = true }
            : new() { ReadsInput = afterRelu || !TFunction.ReadsOutput, ReadsOutput = TFunction.ReadsOutput };

    /// <inheritdoc/>
    protected sealed override Layer Create(TSpec layer, LayerPlan plan, LayerContext context) =>
        IsLeftToTheLoss(layer, plan) ? new IdentityLayer(plan, context) : new ActivationLayer<TFunction>(plan, context, Function(layer));

    /// <summary>Whether it makes probabilities of the model's output, which the loss computes by itself.</summary>
    private static bool IsLeftToTheLoss(TSpec layer, LayerPlan plan) => plan.IsOutput && layer.EndsAs != OutputKind.Values;
}

/// <summary>The type of such layers without settings.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <typeparam name="TFunction">The function.</typeparam>
/// <param name="create">Makes the record.</param>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="activationNames">See <see cref="LayerType.ActivationNames"/>.</param>
internal abstract class PlainActivationType<TSpec, TFunction>(Func<string, TSpec> create, string name, params IReadOnlyList<string> activationNames)
    : ActivationType<TSpec, TFunction>(name, [], activationNames)
    where TSpec : LayerSpec
    where TFunction : struct, IActivationFunction
{
    /// <inheritdoc/>
    internal sealed override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) => create(name);

    /// <inheritdoc/>
    protected sealed override TSpec Read(string name, SettingReader settings) => create(name);

    /// <inheritdoc/>
    protected sealed override TFunction Function(TSpec layer) => default;
}
