using DistConv.Core.Layers;
using DistConv.Filters.Layers.Activations;

namespace DistConv.Filters.Layers;

/// <summary>The forms of all layer types.</summary>
public static class LayerForms
{
    private static readonly Dictionary<LayerType, LayerForm> _byType = new LayerForm[]
    {
        new Conv2DForm(),
        new DenseForm(),
        new MaxPool2DForm(),
        new AvgPool2DForm(),
        new GlobalAvgPool2DForm(),
        new FlattenForm(),
        new ReluForm(),
        new SoftmaxForm(),
        new DropoutForm(),
        new AddForm(),
        new ConcatenateForm(),
        new MultiplyForm(),
        new AverageForm(),
        new MaximumForm(),
        new MinimumForm(),
        new SubtractForm(),
        new ZeroPadding2DForm(),
        new Cropping2DForm(),
        new GlobalMaxPool2DForm(),
        new ReshapeForm(),
        new PermuteForm(),
        new EluForm(),
        new LeakyReluForm(),
        new PReluForm(),
        new ThresholdedReluForm(),
        new SeluForm(),
        new GeluForm(),
        new SiluForm(),
        new HardSiluForm(),
        new SigmoidForm(),
        new HardSigmoidForm(),
        new TanhForm(),
        new SoftplusForm(),
        new SoftsignForm(),
        new ExponentialForm(),
        new BatchNormForm(),
        new SpatialDropout2DForm(),
        new GaussianNoiseForm(),
        new GaussianDropoutForm(),
        new AlphaDropoutForm(),
        new RescalingForm(),
        new NormalizationForm(),
        new DepthwiseConv2DForm(),
        new SeparableConv2DForm(),
        new RandomFlipForm(),
        new RandomTranslationForm(),
        new RandomRotationForm(),
        new RandomZoomForm(),
        new RandomContrastForm(),
        new RandomBrightnessForm(),
        new RandomCropForm(),
        new CenterCropForm(),
        new ResizingForm(),
        new ActivityRegularizationForm(),
    }.ToDictionary(form => form.Type);

    /// <summary>All forms.</summary>
    public static IEnumerable<LayerForm> All => _byType.Values;

    /// <summary>The form of a layer.</summary>
    /// <param name="layer">The layer.</param>
    /// <returns>Its type's.</returns>
    /// <exception cref="InvalidOperationException">The type has none.</exception>
    public static LayerForm Of(LayerSpec layer)
    {
        ArgumentNullException.ThrowIfNull(layer);
        return _byType.TryGetValue(layer.Kind, out LayerForm? form) ? form : throw new InvalidOperationException($"layers of type {layer.Type} have no form");
    }
}
