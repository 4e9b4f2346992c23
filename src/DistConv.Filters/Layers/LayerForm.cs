using DistConv.Core.Layers;

namespace DistConv.Filters.Layers;

/// <summary>What a layer type is outside the core: how people call it, what it does in words, and what it is in other formats.</summary>
public abstract class LayerForm
{
    /// <summary>The type.</summary>
    public abstract LayerType Type { get; }

    /// <summary>How the layer is called in a line of Python or in our own words: each name with the names of its positional arguments, in order.</summary>
    public abstract IReadOnlyDictionary<string, IReadOnlyList<string>> Calls { get; }

    /// <summary>Whether values stay in their places: what was an image in memory before it still is one behind it.</summary>
    public virtual bool KeepsPlaces => false;

    /// <summary>Whether its weights take the order of its input's values, whichever that is in another format (see <see cref="FlatOrder"/>).</summary>
    public virtual bool OrdersWeights => false;

    /// <summary>Whether its output is worth a picture: it shows something that the layer before does not.</summary>
    public virtual bool IsDrawn => true;

    /// <summary>Explains it to somebody who is new to convolutional networks.</summary>
    /// <param name="plan">The layer in its place.</param>
    /// <returns>Headings with texts.</returns>
    public abstract LayerExplanation Explain(LayerPlan plan);

    /// <summary>What it does, in a few words: a row of a table.</summary>
    /// <param name="plan">The layer in its place.</param>
    /// <returns>Without a full stop.</returns>
    public abstract string Summarize(LayerPlan plan);

    /// <summary>What a picture of its output shows.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>A few words.</returns>
    public abstract string Caption(LayerSpec layer);

    /// <summary>Writes it as ONNX operators, as it is used after training. Images are NCHW there; the values of a flat input are in our order, unless the
    /// form <see cref="KeepsPlaces"/> or <see cref="OrdersWeights"/> (see <see cref="FlatOrder"/>).</summary>
    /// <param name="nodes">Takes the operators.</param>
    /// <param name="plan">The layer in its place.</param>
    /// <param name="inputs">The names of its inputs.</param>
    /// <returns>The name of its output.</returns>
    internal abstract string WriteOnnx(IOnnxNodes nodes, LayerPlan plan, IReadOnlyList<string> inputs);
}

/// <summary>The form of the layers that a <typeparamref name="TSpec"/> describes.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
internal abstract class LayerForm<TSpec> : LayerForm
    where TSpec : LayerSpec
{
    /// <inheritdoc/>
    public sealed override LayerType Type { get; } = LayerTypes.Of<TSpec>();

    /// <inheritdoc/>
    public sealed override LayerExplanation Explain(LayerPlan plan) => Explain((TSpec)plan.Layer, plan);

    /// <inheritdoc/>
    public sealed override string Summarize(LayerPlan plan) => Summarize((TSpec)plan.Layer, plan);

    /// <inheritdoc/>
    public sealed override string Caption(LayerSpec layer) => Caption((TSpec)layer);

    /// <inheritdoc/>
    internal sealed override string WriteOnnx(IOnnxNodes nodes, LayerPlan plan, IReadOnlyList<string> inputs) =>
        WriteOnnx(nodes, (TSpec)plan.Layer, plan, inputs);

    /// <inheritdoc cref="LayerForm.Explain(LayerPlan)"/>
    protected abstract LayerExplanation Explain(TSpec layer, LayerPlan plan);

    /// <inheritdoc cref="LayerForm.Summarize(LayerPlan)"/>
    protected abstract string Summarize(TSpec layer, LayerPlan plan);

    /// <inheritdoc cref="LayerForm.Caption(LayerSpec)"/>
    protected abstract string Caption(TSpec layer);

    /// <inheritdoc cref="LayerForm.WriteOnnx(IOnnxNodes, LayerPlan, IReadOnlyList{string})"/>
    protected abstract string WriteOnnx(IOnnxNodes nodes, TSpec layer, LayerPlan plan, IReadOnlyList<string> inputs);

    /// <summary>What follows the sums, in a few words.</summary>
    protected static string Then(Activation activation) => activation == Activation.Linear ? "" : $", then {activation.ToString().ToLowerInvariant()}";
}
