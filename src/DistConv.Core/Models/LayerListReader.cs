using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Settings;
using DistConv.Core.Layers.Softmax;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>
/// Reads a model's layers, each as <c>{"type": ...}</c> or as Keras's <c>{"class_name": ..., "config": ...}</c>. Keras's activation layers become part of the
/// layer before them where that is the same thing, so that a model has one canonical form however it is spelled; our own relu and softmax layers stay what
/// they are.
/// </summary>
internal sealed class LayerListReader
{
    private readonly string _source;
    private readonly ModelNotes _notes;
    private readonly KerasInput _input;
    private readonly LayerText _text;
    private readonly LayerHeader?[] _headers;
    private readonly EntryValues _values;
    private readonly ShapeSketch _sketch = new();
    private readonly List<InvalidInputException> _misfits = [];
    private readonly FlattenOrder _order = new();
    private readonly KerasAxis _axis;
    private readonly List<LayerSpec> _layers = [];
    private readonly List<int> _numbers = [];
    private readonly List<KerasLayer> _origins = [];
    private readonly List<string> _repeated = [];
    private readonly LayerNaming _names;
    private readonly SplitActivations _activated = new();
    private readonly ActivationReader _activations;
    private readonly ActivityPenalties _penalties;
    private readonly KerasPixels _pixels;

    private LayerListReader(LayerText text, LayerHeader?[] headers, string source, KerasInput input, ModelNotes notes)
    {
        (_text, _headers, _source, _input, _notes) = (text, headers, source, input, notes);
        _activations = new ActivationReader(text.Generation, notes);
        _axis = new KerasAxis(input.Order ?? ChannelOrder.Last);
        _values = new EntryValues(text);
        IEnumerable<string> given = headers.Where(header => header?.Name is not null).Select(header => header!.Name!);
        _names = new LayerNaming(text.HasKerasNames ? [ModelGraph.InputName] : given);
        _penalties = new ActivityPenalties(_values, _names, notes);
        _pixels = new KerasPixels(notes);
    }

    /// <summary>Reads a list of layers.</summary>
    /// <param name="text">The layers.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="own">The input's shape where the model says it, otherwise null: then a layer has to.</param>
    /// <param name="notes">Takes what was translated.</param>
    /// <returns>The layers.</returns>
    /// <exception cref="InvalidInputException">Layers are wrong: the message lists all of them.</exception>
    public static LayerListReading Read(LayerText text, string source, TensorShape? own, ModelNotes notes)
    {
        ProblemList problems = new(source, LayerHeader.Known);
        LayerHeader?[] headers = [.. text.Entries.Select(entry => problems.Try(() => LayerHeader.Read(entry, source)))];
        bool flattened = headers.FirstOrDefault(header => header is { IsInput: false })?.IsFlatten ?? false;
        ChannelOrder? order = problems.Try(() => new StatedOrder(source, notes).Of(headers, text.Entries));
        KerasInput input = new(notes) { IsFlattened = flattened, Order = order };
        if (own is { } shape) input.Set(shape);
        LayerListReader reader = new(text, headers, source, input, notes);
        for (int i = 0; i < headers.Length; i++)
        {
            int index = i;
            problems.Try(() => reader.Add(index));
        }

        if (!problems.IsEmpty)
        {
            // Names and shapes are checked later; with what cannot be read they are listed now, as far as they are known.
            ModelRules.CheckNames(reader._layers, source, reader._numbers, problems);
            reader._misfits.ForEach(problems.Add);
        }

        problems.ThrowIfAny();
        reader.SplitSoftmax();
        reader._activated.Redirect(reader._layers);
        if (input.Shape is null) text.Built?.Invoke(input);
        return new LayerListReading([.. reader._layers], [.. reader._numbers], input, reader._origins, reader._repeated);
    }

    private void Add(int index)
    {
        if (_headers[index] is not { } header) return;
        (JsonFields fields, string spelling, string type, string? name) = header;
        LayerEntry entry = _text.Entries[index];
        bool isActivation = type == KerasVocabulary.Activation || (spelling != type && LayerTypes.Find(type) is ReluType or SoftmaxType);
        if (!isActivation && !header.IsInput) name = NameOf(entry, type, name);
        string where = $"{_source}: layer {entry.Number}{(name is null ? "" : $" {MessageText.Quote(name)}")} ({spelling})";
        if (!isActivation && type != KerasVocabulary.Identity) _notes.Translate(spelling, type);
        fields = fields.At(where);
        bool isFirst = _headers.Take(index).All(before => before is { IsInput: true });
        fields = _input.Take(fields, where, isFirst);
        if (isFirst && !header.IsInput && _input.Shape is null) _text.Built?.Invoke(_input);
        _sketch.Input = _input.Shape;
        string[] inputs = _values.InputsOf(index);
        if (type == KerasVocabulary.Identity) _notes.Ignore(KerasVocabulary.NoteOf(spelling));
        if (type == KerasVocabulary.Input)
            CheckInputLayer(LayerHeader.Checked(fields.Renamed(property => Translate(type, property)), type, _notes), entry, where);
        if (header.IsInput)
        {
            _values.Pass(index);
            return;
        }

        if (_text.HasKerasNames || LayerTypes.Find(type)?.Properties.Contains("axis") != true) fields = _axis.Read(fields, _sketch.Of(inputs[0]));
        fields = LayerHeader.Checked(fields.Renamed(property => Translate(type, property)), type, _notes);
        if (isActivation) AddActivation(fields, index);
        else AddWithActivation(fields, type, name!, index);
    }

    /// <summary>A layer whose activation it does not compute itself is two: the layer, and its activation as a layer that reads it. So is one with a penalty
    /// on what it gives.</summary>
    private void AddWithActivation(JsonFields fields, string type, string name, int index)
    {
        bool isOther = LayerTypes.Find(type)!.Settings.Contains(LearnedSettings.Activation) && fields.Find(ActivationReader.Setting) is { } value
            && !(value.ValueKind == JsonValueKind.String && (value.ValueEquals("linear") || value.ValueEquals("relu")
                || (value.ValueEquals("softmax") && LayerTypes.Find(type) is DenseType)));
        LayerSpec? activation = isOther ? _activations.Read(fields, kind => _names.After(name, kind)) : null;
        LayerSpec layer = ReadLayer(isOther ? fields.Without(property => property == ActivationReader.Setting) : fields, type, name, index);
        bool isTurned = _input.Order == ChannelOrder.First && _headers[index]!.Spelling != type;
        bool isOfTheano = _text.Generation == 1 && _input.Order == ChannelOrder.First;
        layer = layer with { Rules = TensorRuleSettings.Read(_headers[index]!.Fields, layer.Kind, isOfTheano, _notes) };
        string[] inputs = _values.InputsOf(index);
        if (_penalties.LeavesOut(layer, index, Find(inputs[0])))
        {
            _values.Pass(index);
            return;
        }

        _pixels.Look(layer, inputs);
        Add(isTurned ? layer.FromChannelsFirst() : layer, index, inputs);
        if (activation is not null) Add(activation, index, [name]);
        AddPenalty(index);
        if (_values.Of(index) is var last && last != name) _activated.Add(name, last);
    }

    /// <summary>The penalty on what an entry gives is a layer that reads it.</summary>
    private void AddPenalty(int index)
    {
        string read = _values.Of(index);
        if (_penalties.Behind(_headers[index]!.Fields, index, Find(read)) is { } penalty) Add(penalty, index, [read]);
    }

    private LayerSpec? Find(string name) => _layers.Find(layer => layer.Name == name);

    /// <summary>A dense layer computes its softmax itself only at the end of the model; elsewhere the softmax is a layer.</summary>
    private void SplitSoftmax()
    {
        for (int i = _layers.Count - 1; i >= 0; i--)
        {
            if (_layers[i] is not DenseSpec { Activation: Activation.Softmax } dense || !SplitActivations.IsRead(_layers, i)) continue;
            SoftmaxSpec softmax = new(_names.After(dense.Name, SoftmaxType.Instance));
            _layers[i] = dense with { Activation = Activation.Linear };
            _layers.Insert(i + 1, softmax);
            _numbers.Insert(i + 1, _numbers[i]);
            _origins.Insert(i + 1, _origins[i] with { Name = softmax.Name, ChannelsFirst = [] });
            _activated.Add(dense.Name, softmax.Name);
        }
    }

    private LayerSpec ReadLayer(JsonFields fields, string type, string name, int index)
    {
        LayerType kind = LayerTypes.Find(type)!;
        JsonFields ours = fields.Without(kind.Settings.SelectMany(setting => setting.OwnSpellings).Contains);
        ours.OnlyKnown(KerasVocabulary.Known(type), KerasVocabulary.Spellings(type), KerasVocabulary.More);
        if (fields.Find("inputs") is not null)
        {
            string[] inputs = fields.RequiredTexts("inputs", "[\"conv1\", \"conv3\"]");
            bool isAmbiguous = inputs.Contains(ModelGraph.InputName) && _headers.Any(header => header?.Name == ModelGraph.InputName);
            if (isAmbiguous) throw ModelGraph.Ambiguous($"{_source}: layer {_text.Entries[index].Number} {MessageText.Quote(name)} ({kind.Name})");
            _values.Name(index, inputs);
        }

        return kind.Read(name, fields, _notes);
    }

    /// <summary>Adds a layer of an entry.</summary>
    private void Add(LayerSpec layer, int index, string[] inputs)
    {
        LayerEntry entry = _text.Entries[index];
        bool isFrozen = entry.IsFrozen || _headers[index]!.Fields.Find(LayerType.Trainable) is { ValueKind: JsonValueKind.False };
        if (isFrozen && layer.Kind.HasTensors) layer = layer with { IsTrainable = false };
        bool readsTheOneBefore = inputs is [var only] && _activated.Of(only) == (_layers.Count == 0 ? ModelGraph.InputName : _layers[^1].Name);
        _layers.Add(readsTheOneBefore ? layer : layer with { Inputs = [.. inputs] });
        _numbers.Add(entry.Number);
        LayerSpec named = layer with { Inputs = [.. inputs] }; // Messages of merges name them.
        if (_sketch.Add(named, inputs, ModelRules.Where(_source, entry.Number, layer)) is { } misfit) _misfits.Add(misfit);
        _values.Set(index, layer.Name);
        LayerHeader header = _headers[index]!;
        string where = $"{_source}: layer {entry.Number} {MessageText.Quote(layer.Name)} ({header.Spelling})";
        bool isKerasFlatten = header.IsFlatten && _input.Order == ChannelOrder.First && KerasShape.StatedBy(header.Fields) != ChannelOrder.First;
        if (isKerasFlatten && inputs is [var image] && _sketch.Of(image) is { } shape) _order.Flatten(layer.Name, shape);
        IReadOnlyList<TensorShape> order = header.IsFlatten ? [] : _order.Follow(layer, inputs, _sketch, where);
        _origins.Add(new KerasLayer(layer.Name, [.. entry.Models, header.Name ?? layer.Name], header.Spelling, isFrozen) { ChannelsFirst = order });
        if (entry.IsRepeated) _repeated.Add(layer.Name);
    }

    /// <summary>An activation becomes that of the convolution or dense layer before it if that has none and nobody else reads it, otherwise a layer.</summary>
    private void AddActivation(JsonFields fields, int index)
    {
        (_, string spelling, string type, string? name) = _headers[index]!;
        fields.OnlyKnown(KerasVocabulary.Known(type), KerasVocabulary.Spellings(type), KerasVocabulary.More);
        if (type == KerasVocabulary.Activation) fields.Required(ActivationReader.Setting, "\"relu\"");
        LayerSpec? own = LayerTypes.Find(type) is { } kind ? kind.Read("", fields, _notes) : _activations.Read(fields, _ => "");
        if (own is null)
        {
            _notes.Ignore("linear activations (they change nothing)");
            _values.Pass(index);
            AddPenalty(index);
            return;
        }

        int before = _values.OnlyReaderOf(index) is { } read ? _layers.FindLastIndex(layer => layer.Name == read) : -1;
        if (before >= 0 && SplitActivations.Fused(_layers[before], own) is { } fused)
        {
            _layers[before] = fused;
            _values.Pass(index);
            _notes.Translate(spelling, "activation of the layer before");
            AddPenalty(index);
            return;
        }

        Add(own with { Name = NameOf(_text.Entries[index], own.Type, name) }, index, _values.InputsOf(index));
        _notes.Translate(spelling, own.Type);
        AddPenalty(index);
    }

    private static void CheckInputLayer(JsonFields fields, LayerEntry entry, string where)
    {
        fields.OnlyKnown(KerasVocabulary.Known(KerasVocabulary.Input), KerasVocabulary.Spellings(KerasVocabulary.Input), KerasVocabulary.More);
        if (entry is { Inputs: null, Number: > 1 }) throw new InvalidInputException($"{where}: {KerasVocabulary.InputIsFirst}");
    }

    private string Translate(string type, string property)
    {
        string own = KerasVocabulary.PropertyOf(type, property);
        _notes.Translate(property, own);
        return own;
    }

    private string NameOf(LayerEntry entry, string type, string? given) =>
        _text.HasKerasNames && given is not null ? _names.OfKeras([.. entry.Models, given]) : _names.Of(type, given);
}
