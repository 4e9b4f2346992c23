using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Noise;

/// <summary>Layers that have a rate, and change nothing after training.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
internal abstract class RateType<TSpec> : LayerType<TSpec>
    where TSpec : LayerSpec
{
    private static readonly NumberSetting _rate = new("rate", "at least 0 and less than 1", rate => rate is >= 0 and < 1, "0.25") { KerasNames = ["p"] };

    private readonly Func<string, double, TSpec> _create;

    /// <summary>A type.</summary>
    /// <param name="create">Makes the record.</param>
    /// <param name="rate">The record's rate.</param>
    /// <param name="name">The type as JSON spells it.</param>
    /// <param name="kerasName">Keras's name of the class.</param>
    protected RateType(Func<string, double, TSpec> create, Func<TSpec, double> rate, string name, string kerasName)
        : base(name, [kerasName], Bind(_rate, rate)) => _create = create;

    protected sealed override TSpec Read(string name, SettingReader settings) => _create(name, settings.Get(_rate));

    protected override LayerShapes Infer(TSpec layer, ShapeScope scope) => new(scope.Input);

    protected override LayerTraits Traits(TSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu, StateLength = plan.Output.Size };
}
