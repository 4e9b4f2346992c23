using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Layers;

namespace DistConv.Filters.Exports;

/// <summary>What one weight tensor of a model looks like in both layouts.</summary>
public sealed record WeightForm
{
    /// <summary>Our roles, which are Keras's names, in PyTorch's words; any other is a weight.</summary>
    private static readonly Dictionary<string, string> _pyTorchRoles = new()
    {
        [TensorPlan.Bias] = "bias",
        [TensorPlan.Beta] = "bias",
        [TensorPlan.MovingMean] = "running_mean",
        [TensorPlan.MovingVariance] = "running_var",
        [TensorPlan.Mean] = "mean",
        [TensorPlan.Variance] = "variance",
        [TensorPlan.Count] = "count",
    };

    /// <summary>The same of a convolution in two steps, which is two layers there.</summary>
    private static readonly Dictionary<string, string> _pyTorchSteps = new()
    {
        [TensorPlan.DepthwiseKernel] = "depthwise.weight",
        [TensorPlan.PointwiseKernel] = "pointwise.weight",
        [TensorPlan.Bias] = "pointwise.bias",
    };

    private readonly TensorPlan _tensor;
    private readonly bool _isOfInputs;
    private readonly bool _isOfSteps;

    private WeightForm(LayerPlan plan, TensorPlan tensor, TensorShape image)
    {
        Layer = plan.Layer;
        _tensor = tensor;
        Image = image;
        _isOfInputs = plan.KernelParameters == 0;
        _isOfSteps = plan.Tensors.Any(one => one.Role == TensorPlan.PointwiseKernel);
        KerasShape = tensor.Shape;
        PyTorchShape = KerasShape switch
        {
            [int kH, int kW, int inC, int mult] when tensor.Role == TensorPlan.DepthwiseKernel => [inC * mult, 1, kH, kW],
            [int kH, int kW, int inC, int outC] => [outC, inC, kH, kW],
            [int height, int width, int channels] => [channels, height, width],
            [int inputs, int outputs] => [outputs, inputs],
            _ => KerasShape,
        };
    }

    /// <summary>The layer that it belongs to.</summary>
    public LayerSpec Layer { get; }

    /// <summary>What it is in its layer: see <see cref="TensorPlan.Role"/>.</summary>
    public string Role => _tensor.Role;

    /// <summary>Its name in a snapshot and in Keras's layout: "conv1/kernel".</summary>
    public string KerasName => $"{Layer.Name}/{Role}";

    /// <summary>Its name in PyTorch's layout: "conv1.weight".</summary>
    public string PyTorchName => $"{Layer.Name}.{(_isOfSteps ? _pyTorchSteps : _pyTorchRoles).GetValueOrDefault(Role, "weight")}";

    /// <summary>[kH, kW, inC, outC], [kH, kW, inC, mult], [height, width, channels], [in, out] or [n].</summary>
    public IReadOnlyList<int> KerasShape { get; }

    /// <summary>[outC, inC, kH, kW], [inC·mult, 1, kH, kW] for kernels of single channels, [channels, height, width], [out, in] or [n].</summary>
    public IReadOnlyList<int> PyTorchShape { get; }

    /// <summary>Number of values.</summary>
    public int Length => KerasShape.Aggregate(1, (product, dimension) => product * dimension);

    /// <summary>What the inputs of a layer that takes a list are: the shape before the flatten layer, up to the first dense layer behind it; 1 × 1 × inputs for
    /// others (see <see cref="FlatOrder"/>); for one that is applied to the channels of an image 1 × 1 × channels.</summary>
    private TensorShape Image { get; }

    /// <summary>All weights of a model, in the order of a snapshot: what is learnt, layer by layer, then the state of the layers.</summary>
    /// <param name="plan">The model.</param>
    /// <returns>A form each.</returns>
    public static IReadOnlyList<WeightForm> Of(ModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<WeightForm> forms = [];
        IReadOnlyList<TensorShape> images = FlatOrder.Images(plan);
        foreach (LayerPlan layer in plan.Layers)
        {
            TensorShape image = layer.Input.IsFlat ? FlatOrder.Of(plan, images, layer.Sources[0]) : TensorShape.Flat(layer.Input.Channels);
            forms.AddRange(layer.Tensors.Select(tensor => new WeightForm(layer, tensor, image)));
        }

        return [.. forms.Where(form => !form._tensor.IsState), .. forms.Where(form => form._tensor.IsState)];
    }

    /// <summary>Reorders values.</summary>
    /// <param name="keras">Values in Keras's layout.</param>
    /// <returns>The same in PyTorch's.</returns>
    public float[] ToPyTorch(ReadOnlySpan<float> keras)
    {
        var result = new float[keras.Length];
        int next = 0;
        foreach (int index in KerasIndices()) result[next++] = keras[index];
        return result;
    }

    /// <summary>Reorders values.</summary>
    /// <param name="pyTorch">Values in PyTorch's layout.</param>
    /// <returns>The same in Keras's.</returns>
    public float[] FromPyTorch(ReadOnlySpan<float> pyTorch)
    {
        var result = new float[pyTorch.Length];
        int next = 0;
        foreach (int index in KerasIndices()) result[index] = pyTorch[next++];
        return result;
    }

    /// <summary>Where each value of PyTorch's layout, in order, stands in Keras's.</summary>
    private IEnumerable<int> KerasIndices() => KerasShape switch
    {
        [int kH, int kW, int inC, int mult] when Role == TensorPlan.DepthwiseKernel => TransposedIndices(kH, kW, 1, inC * mult),
        [int kH, int kW, int inC, int outC] => TransposedIndices(kH, kW, inC, outC),
        [int height, int width, int channels] => TransposedIndices(height, width, channels, outputs: 1),
        [_, int outputs] => TransposedIndices(Image.Height, Image.Width, Image.Channels, outputs),
        [int n] when _isOfInputs && n == Image.Size => TransposedIndices(Image.Height, Image.Width, Image.Channels, outputs: 1),
        [int n] => Enumerable.Range(0, n),
        _ => throw new InvalidOperationException($"{KerasName} has {KerasShape.Count} dimensions"),
    };

    /// <summary>From HWIO to OIHW; a dense kernel is one whose window is the whole image.</summary>
    private static IEnumerable<int> TransposedIndices(int height, int width, int inputs, int outputs)
    {
        for (int oc = 0; oc < outputs; oc++)
        {
            for (int ic = 0; ic < inputs; ic++)
            {
                for (int pixel = 0; pixel < height * width; pixel++) yield return (((pixel * inputs) + ic) * outputs) + oc;
            }
        }
    }
}
