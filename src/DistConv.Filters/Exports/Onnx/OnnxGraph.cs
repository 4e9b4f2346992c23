using DistConv.Core.Models;
using DistConv.Core.Shapes;

namespace DistConv.Filters.Exports.Onnx;

/// <summary>
/// A network's layers as ONNX operators, as the network is used after training: dropout is left out. ONNX's images are NCHW, so kernels are transposed, and the
/// dense layer behind a flatten layer gets its weights in CHW order; every number of the network stays the same.
/// </summary>
internal sealed class OnnxGraph
{
    /// <summary>Name of the input: [N, C, H, W], pixels 0 … 1.</summary>
    public const string Input = "input";

    /// <summary>Name of the output: [N, classes], softmax.</summary>
    public const string Output = "probabilities";

    private readonly ExportedNetwork _network;
    private readonly List<ProtoMessage> _nodes = [];
    private readonly List<ProtoMessage> _initializers = [];
    private string _value = Input;

    private OnnxGraph(ExportedNetwork network) => _network = network;

    /// <summary>Makes the graph.</summary>
    /// <param name="network">The network.</param>
    /// <returns>GraphProto.</returns>
    public static ProtoMessage Of(ExportedNetwork network)
    {
        OnnxGraph graph = new(network);
        foreach (LayerPlan plan in network.Plan.Layers) graph.Add(plan);
        graph.Append("Softmax", Output, Output, [], OnnxFields.Attribute("axis", 1));
        TensorShape input = network.Plan.Model.Input;
        return OnnxFields.Graph(
            network.Plan.Model.Name,
            graph._nodes,
            graph._initializers,
            OnnxFields.Value(Input, "N", "images: channel by channel, row by row; each value is a pixel's 0 ... 255 divided by 255", input.Channels,
                input.Height, input.Width),
            OnnxFields.Value(Output, "N", "the probability of each class", network.Plan.Classes));
    }

    private void Add(LayerPlan plan)
    {
        switch (plan.Layer)
        {
            case Conv2DSpec conv:
                Conv2DShape shape = conv.Shape(plan.Input);
                Append("Conv", conv.Name, conv.Name, Weights(conv), Window(new Pool2DShape(
                    shape.InH, shape.InW, shape.InC, shape.KH, shape.KW, shape.StrideH, shape.StrideW, shape.Padding)));
                Activate(conv.Name, conv.Activation);
                break;
            case DenseSpec dense:
                Append("Gemm", dense.Name, dense.Name, Weights(dense), OnnxFields.Attribute("transB", 1));
                Activate(dense.Name, dense.Activation);
                break;
            case MaxPool2DSpec pool:
                Append("MaxPool", pool.Name, pool.Name, [], Window(pool.Shape(plan.Input)));
                break;
            case AvgPool2DSpec pool:
                Append("AveragePool", pool.Name, pool.Name, [], [.. Window(pool.Shape(plan.Input)), OnnxFields.Attribute("count_include_pad", 0)]);
                break;
            case GlobalAvgPool2DSpec pool:
                Append("GlobalAveragePool", pool.Name, $"{pool.Name}_mean", []);
                Append("Flatten", $"{pool.Name}_flat", pool.Name, [], OnnxFields.Attribute("axis", 1));
                break;
            case FlattenSpec flatten when !plan.Input.IsFlat:
                Flatten(flatten, plan);
                break;
            case ReluSpec relu:
                Append("Relu", relu.Name, relu.Name, []);
                break;
            case FlattenSpec or DropoutSpec or SoftmaxSpec:
                break; // Nothing to compute; the softmax at the end is every model's.
            default:
                throw new InvalidOperationException($"no ONNX operator for {plan.Layer.Type}");
        }
    }

    /// <summary>Without a dense layer behind it, the pixels themselves are the classes: they need our order, not ONNX's.</summary>
    private void Flatten(FlattenSpec flatten, LayerPlan plan)
    {
        if (!_network.Plan.Layers.Any(layer => layer.Layer is DenseSpec))
            Append("Transpose", $"{flatten.Name}_nhwc", $"{flatten.Name}_nhwc", [], OnnxFields.Attribute("perm", 0, 2, 3, 1));
        Append("Flatten", flatten.Name, flatten.Name, [], OnnxFields.Attribute("axis", 1));
    }

    private void Activate(string layer, Activation activation)
    {
        if (activation == Activation.Relu) Append("Relu", $"{layer}_relu", $"{layer}_relu", []);
    }

    private string[] Weights(LayerSpec layer)
    {
        WeightForm[] forms = [.. _network.Weights.Where(form => form.Layer.Name == layer.Name)];
        foreach (WeightForm form in forms)
            _initializers.Add(OnnxFields.Tensor(form.PyTorchName, form.PyTorchShape, FloatBytes.Of(_network.PyTorch(form).Span)));
        return [.. forms.Select(form => form.PyTorchName)];
    }

    /// <summary>A sliding window with explicit padding: ours, as TensorFlow's, has the odd row below and the odd column on the right.</summary>
    private static ProtoMessage[] Window(Pool2DShape shape)
    {
        long bottom = PadAfter(shape.InH, shape.PoolH, shape.StrideH, shape.OutH, shape.PadTop);
        long right = PadAfter(shape.InW, shape.PoolW, shape.StrideW, shape.OutW, shape.PadLeft);
        return
        [
            OnnxFields.Attribute("kernel_shape", shape.PoolH, shape.PoolW),
            OnnxFields.Attribute("strides", shape.StrideH, shape.StrideW),
            OnnxFields.Attribute("pads", shape.PadTop, shape.PadLeft, bottom, right),
        ];
    }

    private static long PadAfter(int input, int window, int stride, int outputs, int padBefore) =>
        long.Max(0, ((long)(outputs - 1) * stride) + window - input - padBefore);

    private void Append(string operation, string name, string output, string[] weights, params ProtoMessage[] attributes)
    {
        _nodes.Add(OnnxFields.Node(operation, name, [_value, .. weights], output, attributes));
        _value = output;
    }
}
