using DistConv.Core.Layers.Activations;
using DistConv.Core.Layers.Add;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.PRelu;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Softmax;

namespace DistConv.Core.Layers;

/// <summary>All layer types: a type that is not in this list does not exist.</summary>
public static class LayerTypes
{
    /// <summary>All types, in the order in which messages list them.</summary>
    public static IReadOnlyList<LayerType> All { get; } =
    [
        Conv2DType.Instance,
        MaxPool2DType.Instance,
        AvgPool2DType.Instance,
        GlobalAvgPool2DType.Instance,
        FlattenType.Instance,
        DenseType.Instance,
        DropoutType.Instance,
        ReluType.Instance,
        SoftmaxType.Instance,
        AddType.Instance,
        EluType.Instance,
        LeakyReluType.Instance,
        PReluType.Instance,
        ThresholdedReluType.Instance,
        SeluType.Instance,
        GeluType.Instance,
        SiluType.Instance,
        HardSiluType.Instance,
        SigmoidType.Instance,
        HardSigmoidType.Instance,
        TanhType.Instance,
        SoftplusType.Instance,
        SoftsignType.Instance,
        ExponentialType.Instance,
    ];

    /// <summary>Their names in JSON.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(type => type.Name)];

    /// <summary>The type of the layer that an activation's name means.</summary>
    /// <param name="spelling">For example "elu" or "leaky_relu".</param>
    /// <returns>The type; null if there is none.</returns>
    internal static LayerType? FindActivation(string spelling) => All.FirstOrDefault(type => type.ActivationNames.Contains(spelling));

    /// <summary>The type of a record.</summary>
    /// <typeparam name="TSpec">The record.</typeparam>
    /// <returns>Its type.</returns>
    public static LayerType Of<TSpec>()
        where TSpec : LayerSpec => All.Single(type => type is LayerType<TSpec>);

    /// <summary>The type of a spelling, ours or Keras's.</summary>
    /// <param name="spelling">For example "conv2d" or "Convolution2D".</param>
    /// <returns>The type; null if there is none.</returns>
    public static LayerType? Find(string spelling) => All.FirstOrDefault(type => type.Name == spelling || type.KerasNames.Contains(spelling));
}
