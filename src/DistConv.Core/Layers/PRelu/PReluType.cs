using DistConv.Core.Initializers;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Shapes;

namespace DistConv.Core.Layers.PRelu;

/// <summary>ReLU with learned slopes.</summary>
internal sealed class PReluType : LayerType<PReluSpec>
{
    private static readonly InitializerSetting _alpha =
        new("alphaInitializer", InitializerRules.DefaultBias) { KerasNames = ["init", "alpha_initializer"], NullIsDefault = true };

    private static readonly SharedAxesSetting _sharedAxes = new("sharedAxes") { KerasNames = ["shared_axes"], NullIsDefault = true };

    private PReluType()
        : base("prelu", ["PReLU"], Bind(_alpha, prelu => prelu.AlphaInitializer), Bind(_sharedAxes, prelu => prelu.SharedAxes))
    {
    }

    public static PReluType Instance { get; } = new();

    internal override IReadOnlyList<string> ActivationNames => [Name];

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) => new PReluSpec(name, InitializerRules.DefaultBias, default);

    protected override PReluSpec Read(string name, SettingReader settings) => new(name, settings.Get(_alpha), settings.Get(_sharedAxes));

    protected override LayerShapes Infer(PReluSpec layer, ShapeScope scope)
    {
        TensorShape input = scope.Input;
        if (input.IsFlat && (layer.SharedAxes.Second || layer.SharedAxes.Third))
            throw new InvalidInputException($"{scope.Where}: sharedAxes of the flat input {input} can only be [] or [1]");
        IReadOnlyList<int> shape = layer.SharedAxes.ShapeFor(input);
        int positions = input.IsFlat ? 1 : shape[0] * shape[1];
        scope.CheckParameters(positions, shape[^1], useBias: false);
        return new LayerShapes(input, [AlphaOf(shape, layer.AlphaInitializer)], 0);
    }

    protected override LayerTraits Traits(PReluSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = true, PackedEstimate = plan.Output.Size };

    protected override Layer Create(PReluSpec layer, LayerPlan plan, LayerContext context) => new PReluLayer(plan, context, layer);

    /// <summary>The slopes; their fans as Keras computes them for any shape (keras/src/initializers/random_initializers.py, compute_fans).</summary>
    private static TensorPlan AlphaOf(IReadOnlyList<int> shape, InitializerSpec initializer) => shape is [var height, var width, var channels]
        ? new TensorPlan(PReluLayer.Alpha, shape, initializer, height * width, height * channels)
        : new TensorPlan(PReluLayer.Alpha, shape, initializer, shape[0], shape[0]);
}
