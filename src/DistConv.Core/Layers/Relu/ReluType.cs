using DistConv.Core.Layers.Activations;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Relu;

/// <summary>ReLU as a layer of its own. Settings are written only where they are not the defaults.</summary>
internal sealed class ReluType : LayerType<ReluSpec>
{
    private const string Limited = "relu6";

    private static readonly LimitSetting _maxValue = new("maxValue") { KerasNames = ["max_value"], NullIsDefault = true };
    private static readonly NumberSetting _negativeSlope = ZeroByDefault("negativeSlope", "negative_slope");
    private static readonly NumberSetting _threshold = ZeroByDefault("threshold");

    private ReluType()
        : base(
            "relu",
            ["ReLU"],
            Bind(_maxValue, relu => relu.MaxValue),
            Bind(_negativeSlope, relu => relu.NegativeSlope),
            Bind(_threshold, relu => relu.Threshold))
    {
    }

    public static ReluType Instance { get; } = new();

    internal override IReadOnlyList<string> ActivationNames => ["relu", Limited];

    internal override LayerSpec AsActivation(string spelling, string name, int kerasGeneration) =>
        new ReluSpec(name) { MaxValue = spelling == Limited ? 6 : null };

    protected override ReluSpec Read(string name, SettingReader settings) => new(name)
    {
        MaxValue = settings.Get(_maxValue),
        NegativeSlope = settings.Get(_negativeSlope),
        Threshold = settings.Get(_threshold),
    };

    protected override LayerShapes Infer(ReluSpec layer, ShapeScope scope) => new(scope.Input);

    protected override LayerTraits Traits(ReluSpec layer, LayerPlan plan, bool afterRelu) => layer.IsPlain
        ? new()
        {
            EndsInRelu = true,
            EpilogueStep = EpilogueStep.Relu,
            ReadsInput = afterRelu,
            WorksInPlace = true,
            PassesGradient = true,
            ScratchEstimate = plan.Output.Size,
        }
        : new() { ReadsInput = afterRelu, ReadsOutput = true };

    protected override Layer Create(ReluSpec layer, LayerPlan plan, LayerContext context) =>
        layer.IsPlain ? new ReluLayer(plan, context) : new ActivationLayer<ReluFunction>(plan, context, ReluFunction.Of(layer));

    private static NumberSetting ZeroByDefault(string name, params IReadOnlyList<string> kerasNames) =>
        new(name, "a number of at least 0", value => value is >= 0 and <= float.MaxValue, "0.1")
        {
            Default = 0,
            LeavesOutDefault = true,
            IsSingle = true,
            KerasNames = kerasNames,
        };
}
