using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers.Merging;

/// <summary>Layers that merge inputs of one shape value by value, and have a name and nothing else.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="create">Makes the record.</param>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasName">Keras's name of the class.</param>
internal abstract class PlainMergeType<TSpec>(Func<string, TSpec> create, string name, string kerasName) : MergeType<TSpec>(name, kerasName)
    where TSpec : LayerSpec
{
    /// <inheritdoc/>
    protected sealed override TSpec Read(string name, SettingReader settings) => create(name);

    /// <inheritdoc/>
    protected override LayerShapes Infer(TSpec layer, ShapeScope scope) => new(OneShape(layer, scope));

    /// <inheritdoc/>
    protected override LayerTraits Traits(TSpec layer, LayerPlan plan, bool afterRelu) => new() { ReadsInput = afterRelu };
}
