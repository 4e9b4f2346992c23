using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.DepthwiseConv2D;

/// <summary>Convolutions of each channel by itself.</summary>
internal sealed class DepthwiseConv2DType : LayerType<DepthwiseConv2DSpec>
{
    private DepthwiseConv2DType()
        : base(
            "depthwiseconv2d",
            ["DepthwiseConv2D"],
            Bind(WindowSettings.Kernel, conv => (conv.KernelH, conv.KernelW)),
            Bind(WindowSettings.Strides, conv => (conv.StrideH, conv.StrideW)),
            Bind(WindowSettings.Padding, conv => conv.Padding),
            Bind(WindowSettings.DepthMultiplier, conv => conv.DepthMultiplier),
            Bind(WindowSettings.Dilation, conv => (conv.DilationH, conv.DilationW)),
            Bind(LearnedSettings.Activation, conv => conv.Activation),
            Bind(WindowSettings.DepthwiseInitializer, conv => conv.DepthwiseInitializer),
            Bind(LearnedSettings.BiasInitializer, conv => conv.BiasInitializer),
            Bind(LearnedSettings.UseBias, conv => conv.UseBias))
    {
    }

    public static DepthwiseConv2DType Instance { get; } = new();

    protected override DepthwiseConv2DSpec Read(string name, SettingReader settings)
    {
        ConvolutionWindow window = WindowSettings.Read(settings);
        return new DepthwiseConv2DSpec(
            name,
            window.KernelH,
            window.KernelW,
            window.StrideH,
            window.StrideW,
            window.Padding,
            settings.Get(WindowSettings.DepthMultiplier),
            settings.Get(LearnedSettings.Activation),
            settings.Get(WindowSettings.DepthwiseInitializer),
            settings.Get(LearnedSettings.BiasInitializer),
            settings.Get(LearnedSettings.UseBias))
        {
            DilationH = window.DilationH,
            DilationW = window.DilationW,
        };
    }

    protected override LayerShapes Infer(DepthwiseConv2DSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Image(Name);
        if (layer.Activation == Activation.Softmax) throw scope.SoftmaxNotLast();
        Conv2DRules.CheckDepthwise(scope, layer.Window, layer.DepthMultiplier);
        Conv2DSpec conv = layer.AsConvolution(input);
        scope.CheckParameters((Int128)layer.KernelH * layer.KernelW, conv.Filters, layer.UseBias);
        Conv2DShape shape = conv.Shape(input);
        scope.CheckActivation(shape.Output);
        TensorPlan kernel = TensorPlan.DepthwiseOf(
            layer.KernelH, layer.KernelW, input.Channels, layer.DepthMultiplier, layer.DepthwiseInitializer);
        TensorPlan[] tensors = layer.UseBias ? [kernel, TensorPlan.BiasOf(conv.Filters, layer.BiasInitializer)] : [kernel];
        return new LayerShapes(shape.Output, tensors, shape.MultiplyAdds);
    }

    protected override LayerTraits Traits(DepthwiseConv2DSpec layer, LayerPlan plan, bool afterRelu) =>
        Conv2DType.TraitsOf(layer.AsConvolution(plan.Input).Shape(plan.Input), layer.Activation == Activation.Relu);

    protected override Layer Create(DepthwiseConv2DSpec layer, LayerPlan plan, LayerContext context) =>
        new Conv2DLayer(plan, context, layer.AsConvolution(plan.Input).Shape(plan.Input), layer.UseBias);
}
