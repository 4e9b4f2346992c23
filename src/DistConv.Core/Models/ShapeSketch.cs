using DistConv.Core.Layers;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>
/// The shapes of layers while they are read, as far as they are known: what an axis or an order means depends on them. Whether the layers of a model fit
/// together is <see cref="ShapeInference"/>'s to say; of a text that is no model, as some layers cannot be read, this says it of the others.
/// </summary>
internal sealed class ShapeSketch
{
    private readonly Dictionary<string, TensorShape> _outputs = new(StringComparer.Ordinal);
    private LayerPlan? _flattened;

    /// <summary>The shape of the model's input.</summary>
    public TensorShape? Input { get; set; }

    /// <summary>The shape of a layer's output; null: unknown.</summary>
    public TensorShape? Of(string name) => name == ModelGraph.InputName && !_outputs.ContainsKey(name) ? Input
        : _outputs.TryGetValue(name, out TensorShape shape) ? shape : null;

    /// <summary>Works out what a layer gives.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The names of what it reads.</param>
    /// <param name="where">The beginning of the message.</param>
    /// <returns>Why it fits no input like this; null: it fits, or nobody knows yet.</returns>
    public InvalidInputException? Add(LayerSpec layer, IReadOnlyList<string> inputs, string where)
    {
        TensorShape?[] shapes = [.. inputs.Select(Of)];
        LayerType type = layer.Kind;
        try
        {
            type.Check(layer, where);
            TensorRuleSettings.Check(layer, where);
            if (shapes.Length < type.MinInputs || shapes.Length > type.MaxInputs || shapes.Contains(null)) return null;
            TensorShape[] known = [.. shapes.OfType<TensorShape>()];
            TensorShape output = Infer(layer, where, known);
            _outputs[layer.Name] = output;
            if (output.IsFlat) _flattened ??= new LayerPlan(layer, known, [], output, [], MultiplyAddsForward: 0, NeedsInputGradient: false);
            return null;
        }
        catch (InvalidInputException error)
        {
            return error;
        }
    }

    /// <summary>Which layer is the last one is not known yet: a layer fits if it fits at the end or before it.</summary>
    private TensorShape Infer(LayerSpec layer, string where, TensorShape[] inputs)
    {
        TensorShape At(bool end) => layer.Kind.Infer(layer, new ShapeScope(where, inputs, lastNumber: 0, isLast: end, parameters: 0, _flattened)).Output;
        try
        {
            return At(end: true);
        }
        catch (InvalidInputException)
        {
            return At(end: false);
        }
    }
}
