using DistConv.Core.Layers;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>
/// The shapes of layers while they are read, as far as they are known: what an axis or an order means depends on them. Whether layers fit together is
/// <see cref="ShapeInference"/>'s to say.
/// </summary>
internal sealed class ShapeSketch
{
    private readonly Dictionary<string, TensorShape> _outputs = new(StringComparer.Ordinal);

    /// <summary>The shape of the model's input.</summary>
    public TensorShape? Input { get; set; }

    /// <summary>The shape of a layer's output; null: unknown.</summary>
    public TensorShape? Of(string name) => name == ModelGraph.InputName && !_outputs.ContainsKey(name) ? Input
        : _outputs.TryGetValue(name, out TensorShape shape) ? shape : null;

    /// <summary>Works out what a layer gives.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="inputs">The names of what it reads.</param>
    public void Add(LayerSpec layer, IReadOnlyList<string> inputs)
    {
        TensorShape?[] shapes = [.. inputs.Select(Of)];
        LayerType type = layer.Kind;
        if (shapes.Length < type.MinInputs || shapes.Length > type.MaxInputs || shapes.Contains(null)) return;
        try
        {
            type.Check(layer, layer.Name);
            TensorShape[] known = [.. shapes.OfType<TensorShape>()];
            LayerPlan flattened = new(layer, known, [], known[0], [], MultiplyAddsForward: 0, NeedsInputGradient: false); // For a message that nobody sees.
            _outputs[layer.Name] = type.Infer(layer, new ShapeScope(layer.Name, known, lastNumber: 0, isLast: true, parameters: 0, flattened)).Output;
        }
        catch (InvalidInputException)
        {
            // It does not fit its input. The inference that follows names the layer and the reason.
        }
    }
}
