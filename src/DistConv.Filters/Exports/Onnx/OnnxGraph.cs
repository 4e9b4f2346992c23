using DistConv.Core.Layers;
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

    /// <summary>Name of the output: [N, classes], softmax.</summary>
    public const string Output = "probabilities";

    private readonly ExportedNetwork _network;
    private readonly List<ProtoMessage> _nodes = [];
    private readonly List<ProtoMessage> _initializers = [];

    private OnnxGraph(ExportedNetwork network) => _network = network;

    /// <summary>Makes the graph.</summary>
    /// <param name="network">The network.</param>
    /// <returns>GraphProto.</returns>
    public static ProtoMessage Of(ExportedNetwork network)
    {
        OnnxGraph graph = new(network);
        List<string> values = [];
        foreach (LayerPlan plan in network.Plan.Layers)
            values.Add(LayerForms.Of(plan.Layer).WriteOnnx(graph, plan, [.. plan.Sources.Select(source => source < 0 ? Input : values[source])]));
        graph.Add("Softmax", Output, [values[^1]], OnnxAttribute.Number("axis", 1));
        TensorShape input = network.Plan.Model.Input;
        return OnnxFields.Graph(
            network.Plan.Model.Name,
            graph._nodes,
            graph._initializers,
            OnnxFields.Value(Input, "N", "images: channel by channel, row by row; each value is a pixel's 0 ... 255 divided by 255", input.Channels,
                input.Height, input.Width),
            OnnxFields.Value(Output, "N", "the probability of each class", network.Plan.Classes));
    }

    /// <inheritdoc/>
    public bool HasDense => _network.Plan.Layers.Any(layer => layer.Input.IsFlat && layer.KernelParameters > 0);

    /// <inheritdoc/>
    public string Add(string operation, string output, IReadOnlyList<string> inputs, params ReadOnlySpan<OnnxAttribute> attributes)
    {
        List<ProtoMessage> written = [];
        foreach (OnnxAttribute attribute in attributes)
            written.Add(Written(attribute));
        _nodes.Add(OnnxFields.Node(operation, output, [.. inputs], output, [.. written]));
        return output;
    }

    /// <inheritdoc/>
    public string Constant(string name, double value)
    {
        _initializers.Add(OnnxFields.Tensor(name, [], FloatBytes.Of([(float)value])));
        return name;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> Weights(LayerSpec layer)
    {
        WeightForm[] forms = [.. _network.Weights.Where(form => form.Layer.Name == layer.Name)];
        foreach (WeightForm form in forms)
            _initializers.Add(OnnxFields.Tensor(form.PyTorchName, form.PyTorchShape, FloatBytes.Of(Values(form).Span)));
        return [.. forms.Select(form => form.PyTorchName)];
    }

    /// <summary>Without a dense layer, flat values are in our order: see <see cref="HasDense"/>.</summary>
    private ReadOnlyMemory<float> Values(WeightForm form) =>
        form.KerasShape.Count == 1 && !HasDense ? _network.Keras(form) : _network.PyTorch(form);

    private static ProtoMessage Written(OnnxAttribute attribute) => attribute switch
    {
        { Single: { } value } => OnnxFields.Attribute(attribute.Name, value),
        { IsList: true } => OnnxFields.Attribute(attribute.Name, [.. attribute.Values]),
        _ => OnnxFields.Attribute(attribute.Name, attribute.Values[0]),
    };
}
