using DistConv.Core.Layers.Settings;

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
        if (!scope.Input.IsFlat)
        {
            throw new InvalidInputException(
                $"{scope.Where}: needs a flat input such as ({scope.Input.Size}), but its input is {scope.Input}; put a flatten layer before it");
        }

        if (layer.Activation == Activation.Softmax && !scope.IsLast) throw scope.SoftmaxNotLast();
        scope.CheckParameters(scope.Input.Size, layer.Units, layer.UseBias);
        DenseShape shape = layer.Shape(scope.Input);
        TensorPlan kernel = new(TensorPlan.Kernel, [shape.In, shape.Out], layer.KernelInitializer, shape.FanIn, shape.FanOut);
        TensorPlan[] tensors = layer.UseBias ? [kernel, TensorPlan.BiasOf(layer.Units, layer.BiasInitializer)] : [kernel];
        return new LayerShapes(shape.Output, tensors, shape.MultiplyAdds);
    }

    protected override LayerTraits Traits(DenseSpec layer, LayerPlan plan, bool afterRelu)
    {
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

    protected override Layer Create(DenseSpec layer, LayerPlan plan, LayerContext context) => new DenseLayer(plan, context, layer);

    private static int Padded(int extent) => (extent + Lanes - 1) / Lanes * Lanes;
}
