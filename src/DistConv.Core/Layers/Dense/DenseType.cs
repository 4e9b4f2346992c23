using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.Dense;

/// <summary>Fully connected layers.</summary>
internal sealed class DenseType : LayerType<DenseSpec>
{
    /// <summary>Floats of the widest vector: packed weights are padded to whole ones.</summary>
    private const int Lanes = 16;

    private static readonly SizeSetting _units = new("units", "128") { KerasNames = ["output_dim"] };

    private DenseType()
        : base(
            "dense",
            ["Dense"],
            Bind(_units, dense => dense.Units),
            Bind(LearnedSettings.Activation, dense => dense.Activation),
            Bind(LearnedSettings.KernelInitializer, dense => dense.KernelInitializer),
            Bind(LearnedSettings.BiasInitializer, dense => dense.BiasInitializer),
            Bind(LearnedSettings.UseBias, dense => dense.UseBias))
    {
    }

    public static DenseType Instance { get; } = new();

    protected override DenseSpec Read(string name, SettingReader settings) => new(
        name,
        settings.Get(_units),
        settings.Get(LearnedSettings.Activation),
        settings.Get(LearnedSettings.KernelInitializer),
        settings.Get(LearnedSettings.BiasInitializer),
        settings.Get(LearnedSettings.UseBias));

    protected override LayerShapes Infer(DenseSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Input;
        if (!input.IsFlat && layer.Activation == Activation.Softmax)
        {
            throw new InvalidInputException(
                $"{scope.Where}: needs a flat input such as ({input.Size}), but its input is {input}; put a flatten layer before it");
        }

        if (layer.Activation == Activation.Softmax && !scope.IsLast) throw scope.SoftmaxNotLast();
        scope.CheckParameters(input.Channels, layer.Units, layer.UseBias);
        TensorShape output = input.IsFlat ? TensorShape.Flat(layer.Units) : input with { Channels = layer.Units };
        scope.CheckActivation(output);
        DenseShape shape = layer.Shape(input);
        TensorPlan kernel = new(TensorPlan.Kernel, [shape.In, shape.Out], layer.KernelInitializer, shape.FanIn, shape.FanOut);
        TensorPlan[] tensors = layer.UseBias ? [kernel, TensorPlan.BiasOf(layer.Units, layer.BiasInitializer)] : [kernel];
        return new LayerShapes(output, tensors, shape.MultiplyAdds * input.Height * input.Width);
    }

    protected override LayerTraits Traits(DenseSpec layer, LayerPlan plan, bool afterRelu)
    {
        if (!plan.Input.IsFlat) return Conv2DType.TraitsOf(layer.Convolution(plan.Input), layer.Activation == Activation.Relu);
        int inputs = plan.Input.Size, outputs = layer.Units;
        return new LayerTraits
        {
            Phase = LayerPhase.Batch,
            EndsInRelu = layer.Activation == Activation.Relu,
            ReadsInput = true,
            ScratchEstimate = (2.0 * Lanes * outputs) + (16 << 10),
            PackedEstimate = ((double)inputs * Padded(outputs)) + (outputs * Padded(inputs)),
            GradientEstimate = (double)int.Min(inputs, 2 * Lanes) * outputs,
        };
    }

    protected override Layer Create(DenseSpec layer, LayerPlan plan, LayerContext context) => plan.Input.IsFlat
        ? new DenseLayer(plan, context, layer)
        : new Conv2DLayer(plan, context, layer.Convolution(plan.Input), layer.UseBias);

    private static int Padded(int extent) => (extent + Lanes - 1) / Lanes * Lanes;
}
