using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Layers;

namespace DistConv.Filters.Exports.Onnx;

/// <summary>
/// A network's layers as ONNX operators, as the network is used after training: dropout is left out. ONNX's images are NCHW, so kernels are transposed, and the
/// dense layer behind a flatten layer gets its weights in CHW order; every number of the network stays the same.
/// </summary>
internal sealed class OnnxGraph : IOnnxNodes
{
    /// <summary>Name of the input: [N, C, H, W], pixels 0 … 1.</summary>
    public const string Input = "input";

    /// <summary>Name of the output [N, classes] of a softmax, or [N, units] of sigmoid units.</summary>
    public const string Probabilities = "probabilities";

    /// <summary>Name of an output of other values, [N, values].</summary>
    public const string Values = "values";

    private readonly ExportedNetwork _network;
    private readonly List<ProtoMessage> _nodes = [];
    private readonly List<ProtoMessage> _initializers = [];
    private readonly Dictionary<string, string> _ordered = [];

    // The names in the file. Layers keep theirs unless a value inside another layer, or the file's input or output, is called so.
    private readonly HashSet<string> _names = new(StringComparer.Ordinal) { Input, Probabilities, Values };

    private OnnxGraph(ExportedNetwork network) => _network = network;

    /// <summary>Makes the graph.</summary>
    /// <param name="network">The network.</param>
    /// <returns>GraphProto.</returns>
    public static ProtoMessage Of(ExportedNetwork network)
    {
        OnnxGraph graph = new(network);
        ModelPlan model = network.Plan;
        IReadOnlyList<TensorShape> images = FlatOrder.Images(model);
        List<string> values = [];
        foreach (LayerPlan plan in model.Layers)
        {
            bool isOurs = FlatOrder.IsOurs(model, images, plan);
            string[] inputs = [.. plan.Sources.Select((source, slot) =>
            {
                string value = source < 0 ? Input : values[source];
                return isOurs && plan.Inputs[slot].IsFlat ? graph.InOurOrder(value, FlatOrder.Of(model, images, source)) : value;
            })];
            values.Add(LayerForms.Of(plan.Layer).WriteOnnx(graph, plan, inputs));
        }

        ProtoMessage output = graph.AddOutput(graph.InOurOrder(values[^1], images[^1]));
        TensorShape input = network.Plan.Model.Input;
        return OnnxFields.Graph(
            network.Plan.Model.Name,
            graph._nodes,
            graph._initializers,
            OnnxFields.Value(Input, "N", "images: channel by channel, row by row; each value is a pixel's 0 ... 255 divided by 255", input.Channels,
                input.Height, input.Width),
            output);
    }

    /// <summary>What the values are at the end, and their description.</summary>
    private ProtoMessage AddOutput(string logits)
    {
        int size = _network.Plan.Output.Size;
        switch (_network.Plan.OutputKind)
        {
            case OutputKind.Softmax:
                AddNode("Softmax", Probabilities, [logits], OnnxAttribute.Number("axis", 1));
                return OnnxFields.Value(Probabilities, "N", "the probability of each class", size);
            case OutputKind.Sigmoid:
                AddNode("Sigmoid", Probabilities, [logits]);
                return OnnxFields.Value(Probabilities, "N", size == 1 ? "the probability of class 1 of two" : "the probability of each unit", size);
            case OutputKind.Values:
                AddNode("Identity", Values, [logits]);
                return OnnxFields.Value(Values, "N", "the values of the last layer", size);
            default:
                throw new InvalidOperationException($"no output of the kind {_network.Plan.OutputKind}");
        }
    }

    /// <summary>A list of the values of an image, channel by channel, in our order: pixel by pixel.</summary>
    private string InOurOrder(string value, TensorShape image)
    {
        if (image.IsFlat) return value;
        if (_ordered.TryGetValue(value, out string? ours)) return ours;
        string channels = Add("Reshape", $"{value}_image", [value, Constant($"{value}_shape", 0, image.Channels, image.Height, image.Width)]);
        string pixels = Add("Transpose", $"{value}_pixels", [channels], OnnxAttribute.List("perm", 0, 2, 3, 1));
        return _ordered[value] = Add("Flatten", $"{value}_nhwc", [pixels], OnnxAttribute.Number("axis", 1));
    }

    /// <summary>The name, with a number if it is taken.</summary>
    private string Free(string name)
    {
        string free = name;
        for (int number = 2; !_names.Add(free); number++) free = $"{name}_{number}";
        return free;
    }

    /// <inheritdoc/>
    public string Add(string operation, string output, IReadOnlyList<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes) =>
        AddNode(operation, Free(output), inputs, attributes);

    private string AddNode(string operation, string output, IReadOnlyList<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        List<ProtoMessage> written = [];
        foreach (OnnxAttribute attribute in attributes)
            written.Add(Written(attribute));
        _nodes.Add(OnnxFields.Node(operation, output, [.. inputs], output, [.. written]));
        return output;
    }

    /// <inheritdoc/>
    public string Constant(string name, params ReadOnlySpan<long> values)
    {
        name = Free(name);
        _initializers.Add(OnnxFields.Tensor(name, values));
        return name;
    }

    /// <inheritdoc/>
    public string Constant(string name, TensorShape shape, Func<int, float> value)
    {
        name = Free(name);
        float[] values = [.. Enumerable.Range(0, shape.Channels).Select(value)];
        _initializers.Add(OnnxFields.Tensor(name, shape.IsFlat ? [shape.Channels] : [shape.Channels, 1, 1], FloatBytes.Of(values)));
        return name;
    }

    /// <inheritdoc/>
    public string Scalar(string name, double value)
    {
        name = Free(name);
        _initializers.Add(OnnxFields.Tensor(name, [], FloatBytes.Of([(float)value])));
        return name;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Weights(LayerSpec layer)
    {
        (WeightForm Form, string Name)[] weights =
            [.. _network.Weights.Where(form => form.Layer.Name == layer.Name).Select(form => (form, Free(form.PyTorchName)))];
        foreach ((WeightForm form, string name) in weights)
            _initializers.Add(OnnxFields.Tensor(name, form.PyTorchShape, FloatBytes.Of(_network.PyTorch(form).Span)));
        return [.. weights.Select(weight => weight.Name)];
    }

    /// <inheritdoc/>
    ReadOnlyMemory<float> IOnnxNodes.Values(LayerSpec layer, string role) =>
        _network.Keras(_network.Weights.Single(form => form.Layer.Name == layer.Name && form.Role == role));

    /// <inheritdoc/>
    public string Fill(string name, int length, float value)
    {
        name = Free(name);
        float[] values = new float[length];
        Array.Fill(values, value);
        _initializers.Add(OnnxFields.Tensor(name, [length], FloatBytes.Of(values)));
        return name;
    }

    private static ProtoMessage Written(OnnxAttribute attribute) => attribute switch
    {
        { Text: { } text } => OnnxFields.Attribute(attribute.Name, text),
        { Single: { } value } => OnnxFields.Attribute(attribute.Name, value),
        { IsList: true } => OnnxFields.Attribute(attribute.Name, [.. attribute.Values]),
        _ => OnnxFields.Attribute(attribute.Name, attribute.Values[0]),
    };
}
