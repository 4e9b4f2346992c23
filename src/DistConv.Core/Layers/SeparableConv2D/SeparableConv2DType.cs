using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.SeparableConv2D;

/// <summary>Convolutions of each channel by itself, then of 1 × 1.</summary>
internal sealed class SeparableConv2DType : LayerType<SeparableConv2DSpec>
{
    private static readonly SizeSetting _filters = new("filters", "32") { KerasNames = ["nb_filter"] };

    private static readonly InitializerSetting _pointwiseInitializer =
        new("pointwiseInitializer", InitializerRules.DefaultKernel) { KerasNames = ["pointwise_initializer"] };

    private SeparableConv2DType()
        : base(
            "separableconv2d",
            ["SeparableConv2D", "SeparableConvolution2D"],
            Bind(_filters, conv => conv.Filters),
            Bind(WindowSettings.Kernel, conv => (conv.KernelH, conv.KernelW)),
            Bind(WindowSettings.Strides, conv => (conv.StrideH, conv.StrideW)),
            Bind(WindowSettings.Padding, conv => conv.Padding),
            Bind(WindowSettings.DepthMultiplier, conv => conv.DepthMultiplier),
            Bind(WindowSettings.Dilation, conv => (conv.DilationH, conv.DilationW)),
            Bind(LearnedSettings.Activation, conv => conv.Activation),
            Bind(WindowSettings.DepthwiseInitializer, conv => conv.DepthwiseInitializer),
            Bind(_pointwiseInitializer, conv => conv.PointwiseInitializer),
            Bind(LearnedSettings.BiasInitializer, conv => conv.BiasInitializer),
            Bind(LearnedSettings.UseBias, conv => conv.UseBias))
    {
    }

    public static SeparableConv2DType Instance { get; } = new();

    /// <summary>tf.keras writes an initialiser of the kernel, too, which the layer does not have.</summary>
    internal override JsonFields Accept(JsonFields fields, ModelNotes notes) => fields.Without(property => property == "kernel_initializer");

    protected override SeparableConv2DSpec Read(string name, SettingReader settings)
    {
        ConvolutionWindow window = WindowSettings.Read(settings);
        bool isOfAll = settings.Fields.Spelling(WindowSettings.DepthwiseInitializer.Name) == "init"; // Keras 1: of both kernels.
        return new SeparableConv2DSpec(
            name,
            settings.Get(_filters),
            window.KernelH,
            window.KernelW,
            window.StrideH,
            window.StrideW,
            window.Padding,
            settings.Get(WindowSettings.DepthMultiplier),
            settings.Get(LearnedSettings.Activation),
            settings.Get(WindowSettings.DepthwiseInitializer),
            settings.Get(isOfAll ? WindowSettings.DepthwiseInitializer : _pointwiseInitializer),
            settings.Get(LearnedSettings.BiasInitializer),
            settings.Get(LearnedSettings.UseBias))
        {
            DilationH = window.DilationH,
            DilationW = window.DilationW,
        };
    }

    protected override LayerShapes Infer(SeparableConv2DSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Image(Name);
        if (layer.Activation == Activation.Softmax) throw scope.SoftmaxNotLast();
        Conv2DRules.CheckDepthwise(scope, layer.Window, layer.DepthMultiplier);
        int channels = input.Channels * layer.DepthMultiplier;
        scope.CheckParameters((Int128)layer.KernelH * layer.KernelW, channels, useBias: false);
        Conv2DShape first = layer.AsConvolution(input).Shape(input);
        scope.CheckActivation(first.Output);
        scope.CheckParameters((Int128)channels + first.KernelSize, layer.Filters, layer.UseBias);
        Conv2DShape second = layer.Pointwise(first.Output);
        scope.CheckActivation(second.Output);
        TensorPlan depthwise = TensorPlan.DepthwiseOf(layer.KernelH, layer.KernelW, input.Channels, layer.DepthMultiplier, layer.DepthwiseInitializer);
        TensorPlan pointwise = new(TensorPlan.PointwiseKernel, [1, 1, channels, layer.Filters], layer.PointwiseInitializer, channels, layer.Filters);
        TensorPlan[] tensors =
            layer.UseBias ? [depthwise, pointwise, TensorPlan.BiasOf(layer.Filters, layer.BiasInitializer)] : [depthwise, pointwise];
        return new LayerShapes(second.Output, tensors, checked(first.MultiplyAdds + second.MultiplyAdds));
    }

    protected override LayerTraits Traits(SeparableConv2DSpec layer, LayerPlan plan, bool afterRelu)
    {
        Conv2DShape first = layer.AsConvolution(plan.Input).Shape(plan.Input);
        LayerTraits one = Conv2DType.TraitsOf(first, endsInRelu: false);
        LayerTraits two = Conv2DType.TraitsOf(layer.Pointwise(first.Output), layer.Activation == Activation.Relu);
        return two with
        {
            ScratchEstimate = one.ScratchEstimate + two.ScratchEstimate + (2.0 * first.OutputSize),
            PackedEstimate = one.PackedEstimate + two.PackedEstimate,
        };
    }

    protected override Layer Create(SeparableConv2DSpec layer, LayerPlan plan, LayerContext context)
    {
        Conv2DShape first = layer.AsConvolution(plan.Input).Shape(plan.Input);
        return new SeparableConv2DLayer(plan, context, first, layer.Pointwise(first.Output));
    }
}
