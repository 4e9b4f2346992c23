using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Dropout;

/// <summary>Dropout.</summary>
internal sealed class DropoutType : LayerType<DropoutSpec>
{
    private static readonly NumberSetting _rate = new("rate", "at least 0 and less than 1", rate => rate is >= 0 and < 1, "0.25") { KerasNames = ["p"] };

    private DropoutType()
        : base("dropout", ["Dropout"], Bind(_rate, dropout => dropout.Rate))
    {
    }

    public static DropoutType Instance { get; } = new();

    protected override DropoutSpec Read(string name, SettingReader settings) => new(name, settings.Get(_rate));

    protected override LayerShapes Infer(DropoutSpec layer, ShapeScope scope) => new(scope.Input);

    protected override LayerTraits Traits(DropoutSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { ReadsInput = afterRelu, StateLength = DropoutMask.Floats(plan.Output.Size), ScratchEstimate = plan.Output.Size };

    protected override Layer Create(DropoutSpec layer, LayerPlan plan, LayerContext context) => new DropoutLayer(plan, context, layer);
}
