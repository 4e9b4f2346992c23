using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Models;
using DistConv.Training.Snapshots;

namespace DistConv.Filters.Kernels;

/// <summary>The kernels of one convolution layer, to be looked at.</summary>
/// <param name="Index">Place of the layer in the model.</param>
/// <param name="Spec">The layer, or the convolution that it is another form of.</param>
/// <param name="Shape">Its geometry; in a layer with groups that of one group's input with all filters, since a filter has planes for its group only.</param>
/// <param name="Values">kH × kW × inC × outC weights, in this order (HWIO).</param>
public sealed record LayerKernels(int Index, Conv2DSpec Spec, Conv2DShape Shape, ReadOnlyMemory<float> Values)
{
    /// <summary>The layer's name: "conv1".</summary>
    public string Name => Spec.Name;

    /// <summary>Taps of one kernel plane.</summary>
    public int Taps => Shape.KH * Shape.KW;

    /// <summary>The kernels of all convolution layers of a snapshot, from input to output.</summary>
    /// <param name="snapshot">A full snapshot or one that holds kernels only.</param>
    /// <param name="source">Name of the file, for the message.</param>
    /// <returns>A layer each; none for a model without convolutions.</returns>
    /// <exception cref="InvalidInputException">The snapshot lacks a kernel of its model.</exception>
    public static IReadOnlyList<LayerKernels> Of(Snapshot snapshot, string source)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        return Layers(snapshot.Spec.ReadModel(), (name, shape) =>
        {
            SnapshotTensor? tensor = snapshot.Tensors.FirstOrDefault(tensor => tensor.IsConvolutionKernel && tensor.Name == name);
            int length = shape.KH * shape.KW * shape.InC * shape.OutC;
            return tensor is not null && tensor.Values.Length == length
                ? tensor.Values
                : throw new InvalidInputException($"snapshot '{source}' has no kernel of {length} values for '{name}'");
        });
    }

    /// <summary>The kernels that a model's initialisers draw, from input to output: what training began with.</summary>
    /// <param name="model">The model.</param>
    /// <param name="seed">Key of the draws.</param>
    /// <returns>A layer each.</returns>
    public static IReadOnlyList<LayerKernels> Initial(ModelSpec model, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(model);
        using SnapshotNetwork untrained = SnapshotNetwork.Untrained(model, seed, KernelSets.Supported[0]);
        Dictionary<string, float[]> kernels = untrained.Network.Tensors.ToDictionary(tensor => tensor.Name, tensor => untrained.Values(tensor).ToArray());
        return Layers(model, (name, _) => kernels[name]);
    }

    /// <summary>One weight.</summary>
    /// <param name="kh">Row of the tap, from above.</param>
    /// <param name="kw">Column of the tap, from the left.</param>
    /// <param name="ic">Input channel.</param>
    /// <param name="oc">Filter.</param>
    /// <returns>w[kh, kw, ic, oc].</returns>
    public float At(int kh, int kw, int ic, int oc) => Values.Span[(((((kh * Shape.KW) + kw) * Shape.InC) + ic) * Shape.OutC) + oc];

    /// <summary>What a filter applies to one input channel.</summary>
    /// <param name="ic">Input channel.</param>
    /// <param name="oc">Filter.</param>
    /// <returns>kH × kW weights, row after row.</returns>
    public float[] Plane(int ic, int oc)
    {
        var plane = new float[Taps];
        for (int tap = 0; tap < plane.Length; tap++) plane[tap] = Values.Span[(((tap * Shape.InC) + ic) * Shape.OutC) + oc];
        return plane;
    }

    /// <summary>The largest magnitude of a weight, by which pictures are scaled.</summary>
    /// <returns>max |w|.</returns>
    public float LargestMagnitude()
    {
        float largest = 0f;
        foreach (float value in Values.Span) largest = Math.Max(largest, Math.Abs(value));
        return largest;
    }

    private static List<LayerKernels> Layers(ModelSpec model, Func<string, Conv2DShape, ReadOnlyMemory<float>> values)
    {
        List<LayerKernels> layers = [];
        foreach ((int index, LayerPlan plan) in model.Infer().Layers.Index())
        {
            if (plan.Layer is not IConvolution layer) continue;
            Conv2DSpec conv = layer.AsConvolution(plan.Input);
            Conv2DShape shape = conv.Shape(plan.Input);
            shape = shape with { InC = shape.GroupInC, Groups = 1 };
            layers.Add(new LayerKernels(index, conv, shape, values($"{conv.Name}/{layer.KernelRole}", shape)));
        }

        return layers;
    }
}
