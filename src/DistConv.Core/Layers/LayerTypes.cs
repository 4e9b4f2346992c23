using DistConv.Core.Layers.Activations;
using DistConv.Core.Layers.ActivityRegularization;
using DistConv.Core.Layers.Add;
using DistConv.Core.Layers.AlphaDropout;
using DistConv.Core.Layers.Average;
using DistConv.Core.Layers.AvgPool2D;
using DistConv.Core.Layers.BatchNorm;
using DistConv.Core.Layers.CenterCrop;
using DistConv.Core.Layers.Concatenate;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Cropping2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.DepthwiseConv2D;
using DistConv.Core.Layers.Dropout;
using DistConv.Core.Layers.Flatten;
using DistConv.Core.Layers.GaussianDropout;
using DistConv.Core.Layers.GaussianNoise;
using DistConv.Core.Layers.GlobalAvgPool2D;
using DistConv.Core.Layers.GlobalMaxPool2D;
using DistConv.Core.Layers.Maximum;
using DistConv.Core.Layers.MaxPool2D;
using DistConv.Core.Layers.Minimum;
using DistConv.Core.Layers.Multiply;
using DistConv.Core.Layers.Normalization;
using DistConv.Core.Layers.Permute;
using DistConv.Core.Layers.PRelu;
using DistConv.Core.Layers.RandomBrightness;
using DistConv.Core.Layers.RandomContrast;
using DistConv.Core.Layers.RandomCrop;
using DistConv.Core.Layers.RandomFlip;
using DistConv.Core.Layers.RandomRotation;
using DistConv.Core.Layers.RandomTranslation;
using DistConv.Core.Layers.RandomZoom;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Rescaling;
using DistConv.Core.Layers.Reshape;
using DistConv.Core.Layers.Resizing;
using DistConv.Core.Layers.Rules;
using DistConv.Core.Layers.SeparableConv2D;
using DistConv.Core.Layers.Softmax;
using DistConv.Core.Layers.SpatialDropout2D;
using DistConv.Core.Layers.Subtract;
using DistConv.Core.Layers.ZeroPadding2D;

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
        ConcatenateType.Instance,
        MultiplyType.Instance,
        AverageType.Instance,
        MaximumType.Instance,
        MinimumType.Instance,
        SubtractType.Instance,
        ZeroPadding2DType.Instance,
        Cropping2DType.Instance,
        GlobalMaxPool2DType.Instance,
        ReshapeType.Instance,
        PermuteType.Instance,
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
        BatchNormType.Instance,
        SpatialDropout2DType.Instance,
        GaussianNoiseType.Instance,
        GaussianDropoutType.Instance,
        AlphaDropoutType.Instance,
        RescalingType.Instance,
        NormalizationType.Instance,
        DepthwiseConv2DType.Instance,
        SeparableConv2DType.Instance,
        RandomFlipType.Instance,
        RandomTranslationType.Instance,
        RandomRotationType.Instance,
        RandomZoomType.Instance,
        RandomContrastType.Instance,
        RandomBrightnessType.Instance,
        RandomCropType.Instance,
        CenterCropType.Instance,
        ResizingType.Instance,
        ActivityRegularizationType.Instance,
    ];

    /// <summary>Their names in JSON.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(type => type.Name)];

    /// <summary>The type of the layers that are penalties on what another layer gives.</summary>
    internal static LayerType Penalty => ActivityRegularizationType.Instance;

    /// <summary>A layer of the type <see cref="Penalty"/>.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="regularizer">The penalty.</param>
    internal static LayerSpec PenaltyOf(string name, Regularizer regularizer) => ActivityRegularizationType.Of(name, regularizer);

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
