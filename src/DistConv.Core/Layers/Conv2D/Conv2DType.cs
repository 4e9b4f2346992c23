using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>Convolutions.</summary>
internal sealed class Conv2DType : LayerType<Conv2DSpec>
{
    /// <summary>Floats of the widest vector: packed weights are padded to whole ones.</summary>
    private const int Lanes = 16;

    private static readonly SizeSetting _filters = new("filters", "32") { KerasNames = ["nb_filter"] };
    private static readonly SizeSetting _groups = new("groups", "2") { Default = 1, IsLeftOutByDefault = true };

    private Conv2DType()
        : base(
            "conv2d",
            ["Conv2D", "Convolution2D", "AtrousConvolution2D"],
            Bind(_filters, conv => conv.Filters),
            Bind(WindowSettings.Kernel, conv => (conv.KernelH, conv.KernelW)),
            Bind(WindowSettings.Strides, conv => (conv.StrideH, conv.StrideW)),
            Bind(WindowSettings.Padding, conv => conv.Padding),
            Bind(WindowSettings.Dilation, conv => (conv.DilationH, conv.DilationW)),
            Bind(_groups, conv => conv.Groups),
            Bind(LearnedSettings.Activation, conv => conv.Activation),
            Bind(LearnedSettings.KernelInitializer, conv => conv.KernelInitializer),
            Bind(LearnedSettings.BiasInitializer, conv => conv.BiasInitializer),
            Bind(LearnedSettings.UseBias, conv => conv.UseBias))
    {
    }

    public static Conv2DType Instance { get; } = new();

    protected override Conv2DSpec Read(string name, SettingReader settings)
    {
        int filters = settings.Get(_filters);
        ConvolutionWindow window = WindowSettings.Read(settings);
        return new Conv2DSpec(
            name,
            filters,
            window.KernelH,
            window.KernelW,
            window.StrideH,
            window.StrideW,
            window.Padding,
            settings.Get(LearnedSettings.Activation),
            settings.Get(LearnedSettings.KernelInitializer),
            settings.Get(LearnedSettings.BiasInitializer),
            settings.Get(LearnedSettings.UseBias))
        {
            DilationH = window.DilationH,
            DilationW = window.DilationW,
            Groups = settings.Get(_groups),
        };
    }

    protected override LayerShapes Infer(Conv2DSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Image(Name);
        Conv2DRules.CheckWindow(scope, layer.Window);
        if (input.Channels % layer.Groups != 0 || layer.Filters % layer.Groups != 0)
            throw new InvalidInputException(
                $"{scope.Where}: groups {layer.Groups} must divide the channels of its input {input} and its {layer.Filters} filters");
        if (layer.Activation == Activation.Softmax) throw scope.SoftmaxNotLast();
        scope.CheckParameters((Int128)layer.KernelH * layer.KernelW * (input.Channels / layer.Groups), layer.Filters, layer.UseBias);
        Conv2DShape shape = layer.Shape(input);
        scope.CheckActivation(shape.Output);
        TensorPlan kernel = new(
            TensorPlan.Kernel, [layer.KernelH, layer.KernelW, shape.GroupInC, layer.Filters], layer.KernelInitializer, shape.FanIn, shape.FanOut);
        TensorPlan[] tensors = layer.UseBias ? [kernel, TensorPlan.BiasOf(layer.Filters, layer.BiasInitializer)] : [kernel];
        return new LayerShapes(shape.Output, tensors, shape.MultiplyAdds);
    }

    /// <summary>What a pass needs of a convolution.</summary>
    public static LayerTraits TraitsOf(Conv2DShape shape, bool endsInRelu) => new()
    {
        Phase = LayerPhase.Sample,
        EndsInRelu = endsInRelu,
        ReadsInput = true,
        MayRecompute = true,
        ScratchEstimate = Copies(shape) + shape.OutputSize + (2.0 * Lanes * shape.OutH * shape.OutW) + (2.0 * shape.KernelSize),
        PackedEstimate = shape.Groups > 1 && shape.GroupInC == 1
            ? 2.0 * shape.KernelSize
            : (double)shape.KH * shape.KW * shape.Groups
                * ((shape.GroupInC * Padded(shape.GroupOutC)) + (shape.GroupOutC * Padded(shape.GroupInC))),
    };

    /// <summary>Copies of the input: with columns of zeros beside it, or with every channel as often as it has outputs.</summary>
    private static double Copies(Conv2DShape shape) => shape.IsDilated ? 3.0 * shape.InputSize
        : shape.Groups > 1 ? shape.InputSize + ((double)shape.InH * shape.InW * shape.OutC)
        : shape.InputSize;

    protected override LayerTraits Traits(Conv2DSpec layer, LayerPlan plan, bool afterRelu) =>
        TraitsOf(layer.Shape(plan.Input), layer.Activation == Activation.Relu);

    protected override Layer Create(Conv2DSpec layer, LayerPlan plan, LayerContext context) =>
        new Conv2DLayer(plan, context, layer.Shape(plan.Input), layer.UseBias);

    private static int Padded(int extent) => (extent + Lanes - 1) / Lanes * Lanes;
}
