using System.Text.Json;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Reading;

namespace DistConv.Core.Layers;

/// <summary>
/// What a layer is: the spellings and settings of its record, its shapes and tensors, what a pass needs of it, and its operators. Everything that has to know
/// a layer asks its type; <see cref="LayerTypes"/> lists all of them.
/// </summary>
public abstract class LayerType
{
    /// <summary>The property that says whether a layer is trained; any layer may have it, as in Keras.</summary>
    internal const string Trainable = "trainable";

    private protected LayerType(string name, params IReadOnlyList<string> kerasNames) => (Name, KerasNames) = (name, kerasNames);

    /// <summary>The type as JSON spells it, for example "conv2d".</summary>
    public string Name { get; }

    /// <summary>Keras's names of the class, of any generation; the first is the present one.</summary>
    public IReadOnlyList<string> KerasNames { get; }

    /// <summary>What a default name begins with: the type without its dimension ("conv" of "conv2d").</summary>
    public string NamePrefix => Name.EndsWith("2d", StringComparison.Ordinal) ? Name[..^2] : Name;

    /// <summary>How many inputs it takes at least.</summary>
    public virtual int MinInputs => 1;

    /// <summary>How many inputs it takes at most.</summary>
    public virtual int MaxInputs => 1;

    /// <summary>Its properties in JSON, in canonical order.</summary>
    public IReadOnlyList<string> Properties => ["type", "name", "inputs", .. Settings.Select(setting => setting.Name)];

    /// <summary>Whether layers of this type have tensors, which may be frozen: those have an initialiser.</summary>
    internal virtual bool HasTensors => Settings.Any(setting => setting is InitializerSetting);

    /// <summary>Its settings, in canonical order.</summary>
    internal abstract IReadOnlyList<LayerSetting> Settings { get; }

    /// <summary>
    /// The spellings, ours and Keras's, by which a convolution, a dense layer or Keras's Activation asks for this layer; none: it is no activation.
    /// </summary>
    internal virtual IReadOnlyList<string> ActivationNames => [];

    /// <summary>Our name for a property; what is no spelling of Keras's stays as it is.</summary>
    internal string PropertyOf(string spelling) => Settings.FirstOrDefault(setting => setting.KerasNames.Contains(spelling))?.Name ?? spelling;

    /// <summary>Checks what Keras writes into layers of this type alone and DistConv has in one form only; gives back the properties without that.</summary>
    /// <exception cref="InvalidInputException">It has another form.</exception>
    internal virtual JsonFields Accept(JsonFields fields, ModelNotes notes) => fields;

    /// <summary>Reads a layer whose properties have our names.</summary>
    /// <exception cref="InvalidInputException">A property is unknown, missing or no value of its setting.</exception>
    internal abstract LayerSpec Read(string name, JsonFields fields, ModelNotes notes);

    /// <summary>The layer that one of <see cref="ActivationNames"/> means.</summary>
    /// <param name="spelling">The name.</param>
    /// <param name="name">The layer's name.</param>
    /// <param name="kerasGeneration">1, 2 or 3: whose definition it is where they differ.</param>
    internal virtual LayerSpec AsActivation(string spelling, string name, int kerasGeneration) =>
        throw new InvalidOperationException($"layers of type {Name} are no activation");

    /// <summary>Writes the settings in canonical JSON, into an object that is open.</summary>
    internal abstract void Write(Utf8JsonWriter json, LayerSpec layer);

    /// <summary>Checks what holds whatever the shapes.</summary>
    /// <exception cref="InvalidInputException">A setting is outside its range.</exception>
    internal abstract void Check(LayerSpec layer, string where);

    /// <summary>The shape rule: output, tensors and cost for given inputs.</summary>
    /// <exception cref="InvalidInputException">The layer does not fit its inputs.</exception>
    internal abstract LayerShapes Infer(LayerSpec layer, ShapeScope scope);

    /// <summary>What a pass needs of the layer.</summary>
    internal abstract LayerTraits Traits(LayerPlan plan, bool afterRelu);

    /// <summary>The layer with its operators.</summary>
    internal abstract Layer Create(LayerPlan plan, LayerContext context);
}

/// <summary>The type of the layers that a <typeparamref name="TSpec"/> describes.</summary>
/// <typeparam name="TSpec">The record.</typeparam>
internal abstract class LayerType<TSpec> : LayerType
    where TSpec : LayerSpec
{
    private readonly BoundSetting<TSpec>[] _bound;

    /// <summary>A layer type.</summary>
    /// <param name="name">The type as JSON spells it.</param>
    /// <param name="kerasNames">Keras's names of the class.</param>
    /// <param name="settings">The settings in canonical order, each with its place in the record.</param>
    protected LayerType(string name, IReadOnlyList<string> kerasNames, params BoundSetting<TSpec>[] settings)
        : base(name, kerasNames)
    {
        _bound = settings;
        Settings = [.. settings.Select(bound => bound.Setting)];
    }

    /// <inheritdoc/>
    internal sealed override IReadOnlyList<LayerSetting> Settings { get; }

    /// <inheritdoc/>
    internal sealed override LayerSpec Read(string name, JsonFields fields, ModelNotes notes) => Read(name, new SettingReader(fields, notes));

    /// <inheritdoc/>
    internal sealed override void Write(Utf8JsonWriter json, LayerSpec layer)
    {
        foreach (BoundSetting<TSpec> setting in _bound) setting.Write(json, (TSpec)layer);
    }

    /// <inheritdoc/>
    internal sealed override void Check(LayerSpec layer, string where)
    {
        foreach (BoundSetting<TSpec> setting in _bound) setting.Check((TSpec)layer, where);
    }

    /// <inheritdoc/>
    internal sealed override LayerShapes Infer(LayerSpec layer, ShapeScope scope) => Infer((TSpec)layer, scope);

    /// <inheritdoc/>
    internal sealed override LayerTraits Traits(LayerPlan plan, bool afterRelu) => Traits((TSpec)plan.Layer, plan, afterRelu);

    /// <inheritdoc/>
    internal sealed override Layer Create(LayerPlan plan, LayerContext context) => Create((TSpec)plan.Layer, plan, context);

    /// <summary>A setting and its place in the record.</summary>
    protected static BoundSetting<TSpec> Bind<T>(LayerSetting<T> setting, Func<TSpec, T> value) => new BoundSetting<TSpec, T>(setting, value);

    /// <summary>Makes the record from its settings.</summary>
    protected abstract TSpec Read(string name, SettingReader settings);

    /// <inheritdoc cref="LayerType.Infer(LayerSpec, ShapeScope)"/>
    protected abstract LayerShapes Infer(TSpec layer, ShapeScope scope);

    /// <inheritdoc cref="LayerType.Traits(LayerPlan, bool)"/>
    protected abstract LayerTraits Traits(TSpec layer, LayerPlan plan, bool afterRelu);

    /// <inheritdoc cref="LayerType.Create(LayerPlan, LayerContext)"/>
    protected abstract Layer Create(TSpec layer, LayerPlan plan, LayerContext context);
}
