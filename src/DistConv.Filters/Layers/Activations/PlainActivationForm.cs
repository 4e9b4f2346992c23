using DistConv.Core.Layers;

namespace DistConv.Filters.Layers.Activations;

/// <summary>The form of an activation without settings, for which ONNX has an operator.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="call">How it is called.</param>
/// <param name="formula">The function.</param>
/// <param name="operation">The type of ONNX's operator.</param>
/// <param name="purpose">What it is good for, and where it comes from: whole sentences.</param>
internal abstract class PlainActivationForm<TSpec>(string call, string formula, string operation, string purpose)
    : ActivationForm<TSpec>(Named((call, [])), purpose)
    where TSpec : LayerSpec
{
    /// <inheritdoc/>
    protected sealed override string Formula(TSpec layer) => formula;

    /// <inheritdoc/>
    protected sealed override string WriteOnnx(IOnnxNodes nodes, TSpec layer, string input) => nodes.Add(operation, layer.Name, [input]);
}
