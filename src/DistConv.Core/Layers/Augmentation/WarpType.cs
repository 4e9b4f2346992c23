using DistConv.Core.Layers.Sampling;
using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>Types of layers that move, turn or scale pictures.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasName">Keras's name of the class.</param>
/// <param name="settings">The settings before those that all of them have.</param>
internal abstract class WarpType<TSpec>(string name, string kerasName, params IReadOnlyList<BoundSetting<TSpec>> settings)
    : RandomImageType<TSpec>(
        name, kerasName,
        [.. settings, Bind(_fillMode, layer => layer.FillMode), Bind(_fillValue, layer => layer.FillValue), Bind(_interpolation, layer => layer.Interpolation)])
    where TSpec : WarpSpec
{
    private static readonly ChoiceSetting<FillMode> _fillMode = new("fillMode") { KerasNames = ["fill_mode"] };
    private static readonly ChoiceSetting<Interpolation> _interpolation = new("interpolation");

    private static readonly NumberSetting _fillValue = new("fillValue", "a number", value => double.Abs(value) <= float.MaxValue, "0")
    {
        KerasNames = ["fill_value"],
        Default = 0,
        IsSingle = true,
    };

    protected sealed override TSpec Read(string name, SettingReader settings) => ReadFactors(name, settings) with
    {
        FillMode = settings.Get(_fillMode),
        FillValue = settings.Get(_fillValue),
        Interpolation = settings.Get(_interpolation),
    };

    /// <summary>Makes the record from its own settings.</summary>
    protected abstract TSpec ReadFactors(string name, SettingReader settings);

    protected sealed override Layer Create(TSpec layer, LayerPlan plan, LayerContext context) => new WarpLayer(plan, context, layer);
}
