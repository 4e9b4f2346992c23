using DistConv.Core.Layers.Settings;

namespace DistConv.Core.Layers;

/// <summary>A type whose layers have a name and nothing else.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
/// <param name="create">Makes the record.</param>
/// <param name="name">The type as JSON spells it.</param>
/// <param name="kerasNames">Keras's names of the class.</param>
internal abstract class PlainType<TSpec>(Func<string, TSpec> create, string name, params IReadOnlyList<string> kerasNames)
    : LayerType<TSpec>(name, kerasNames)
    where TSpec : LayerSpec
{
    /// <inheritdoc/>
    protected sealed override TSpec Read(string name, SettingReader settings) => create(name);
}
