using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Layers;

namespace DistConv.Filters.Exports;

/// <summary>What one weight tensor of a model looks like in both layouts.</summary>
public sealed record WeightForm
{
    private WeightForm(LayerPlan plan, TensorPlan tensor, TensorShape image)
    {
        Layer = plan.Layer;
        Role = tensor.Role;
        Image = image;
        KerasShape = tensor.Shape;
        PyTorchShape = KerasShape switch
        {
            [int kH, int kW, int inC, int outC] => [outC, inC, kH, kW],
            [int height, int width, int channels] => [channels, height, width],
            [int inputs, int outputs] => [outputs, inputs],
            _ => KerasShape,
        };
    }

    /// <summary>The layer that it belongs to.</summary>
    public LayerSpec Layer { get; }

    /// <summary>What it is in its layer: see <see cref="TensorPlan.Role"/>.</summary>
    public string Role { get; }

    /// <summary>Its name in a snapshot and in Keras's layout: "conv1/kernel".</summary>
    public string KerasName => $"{Layer.Name}/{Role}";

    /// <summary>Its name in PyTorch's layout, where all but a bias is a weight: "conv1.weight".</summary>
    public string PyTorchName => $"{Layer.Name}.{(Role == TensorPlan.Bias ? "bias" : "weight")}";

    /// <summary>[kH, kW, inC, outC], [height, width, channels], [in, out] or [n].</summary>
    public IReadOnlyList<int> KerasShape { get; }

    /// <summary>[outC, inC, kH, kW], [channels, height, width], [out, in] or [n].</summary>
    public IReadOnlyList<int> PyTorchShape { get; }

    /// <summary>Number of values.</summary>
    public int Length => KerasShape.Aggregate(1, (product, dimension) => product * dimension);

    /// <summary>
    /// What the inputs of a dense kernel, or of one value for each input, are: the shape before the flatten layer, for the first learned layer behind it;
    /// 1 × 1 × inputs for others.
    /// </summary>
    private TensorShape Image { get; }

    /// <summary>All weights of a model, in the order of a snapshot: layer by layer, kernel before bias.</summary>
    /// <param name="plan">The model.</param>
    /// <returns>A form each.</returns>
    public static IReadOnlyList<WeightForm> Of(ModelPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        List<WeightForm> forms = [];
        TensorShape[] images = new TensorShape[plan.Layers.Count];
        foreach ((int index, LayerPlan layer) in plan.Layers.Index())
        {
            TensorShape image = layer.Sources[0] < 0 ? plan.Model.Input : images[layer.Sources[0]];
            forms.AddRange(layer.Tensors.Select(tensor => new WeightForm(layer, tensor, image)));

            // What flatten makes is still an image in memory, until a layer mixes its values.
            images[index] = LayerForms.Of(layer.Layer).KeepsPlaces ? image : layer.Output;
        }

        return forms;
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
        [int kH, int kW, int inC, int outC] => TransposedIndices(kH, kW, inC, outC),
        [int height, int width, int channels] => TransposedIndices(height, width, channels, outputs: 1),
        [int n] when Role != TensorPlan.Bias && n == Image.Size => TransposedIndices(Image.Height, Image.Width, Image.Channels, outputs: 1),
        [_, int outputs] => TransposedIndices(Image.Height, Image.Width, Image.Channels, outputs),
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
