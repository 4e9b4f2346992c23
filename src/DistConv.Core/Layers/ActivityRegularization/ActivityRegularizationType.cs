using DistConv.Core.Layers.Rules;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.ActivityRegularization;

/// <summary>Penalties on what layers give.</summary>
internal sealed class ActivityRegularizationType : LayerType<ActivityRegularizationSpec>
{
    private static readonly NumberSetting _l1 = NumberSetting.AtLeastZero("l1", 0), _l2 = NumberSetting.AtLeastZero("l2", 0);

    private ActivityRegularizationType()
        : base("activityregularization", ["ActivityRegularization"], Bind(_l1, layer => layer.L1), Bind(_l2, layer => layer.L2))
    {
    }

    public static ActivityRegularizationType Instance { get; } = new();

    /// <summary>The layer of a penalty that another layer has on its output.</summary>
    /// <param name="name">The name of the new layer.</param>
    /// <param name="regularizer">The penalty.</param>
    public static ActivityRegularizationSpec Of(string name, Regularizer regularizer) =>
        new(name) { L1 = NumberSetting.ToSingle(regularizer.L1), L2 = NumberSetting.ToSingle(regularizer.L2) };

    protected override ActivityRegularizationSpec Read(string name, SettingReader settings) =>
        new(name) { L1 = settings.Get(_l1), L2 = settings.Get(_l2) };

    protected override LayerShapes Infer(ActivityRegularizationSpec layer, ShapeScope scope) => new(scope.Input);

    protected override LayerTraits Traits(ActivityRegularizationSpec layer, LayerPlan plan, bool afterRelu) =>
        new() { WorksInPlace = true, ReadsOutput = true, StateLength = sizeof(double) / sizeof(float) };

    protected override Layer Create(ActivityRegularizationSpec layer, LayerPlan plan, LayerContext context) =>
        new ActivityRegularizationLayer(plan, context, layer);
}
