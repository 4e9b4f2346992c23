using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Flatten;
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
    private readonly string source;
    private readonly ModelNotes notes;
    private readonly KerasInput input;
    private readonly Header[] headers;
    private readonly List<LayerSpec> layers = [];
    private readonly List<int> numbers = [];
    private readonly HashSet<string> taken;
    private readonly Dictionary<string, int> ordinals = [];

    private LayerListReader(Header[] headers, string source, KerasInput input, ModelNotes notes)
    {
        (this.headers, this.source, this.input, this.notes) = (headers, source, input, notes);
        taken = [.. headers.Where(header => header.Name is not null).Select(header => header.Name!)];
    }

    /// <summary>Reads a list of layers.</summary>
    /// <param name="list">What should be a list.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="own">The input's shape where the model says it, otherwise null: then a layer has to.</param>
    /// <param name="notes">Takes what was translated.</param>
    /// <returns>The layers, the place of each in the text from 1, and what is known of the input's shape.</returns>
    public static (LayerSpec[] Layers, int[] Numbers, KerasInput Input) Read(JsonElement list, string source, TensorShape? own, ModelNotes notes)
    {
        if (list.ValueKind != JsonValueKind.Array) throw new InvalidInputException($"{source}: layers must be a list [...]");
        if (list.GetArrayLength() > ModelLimits.MaxLayers)
            throw new InvalidInputException($"{source}: the model has {list.GetArrayLength():N0} layers; at most {ModelLimits.MaxLayers:N0} are possible");
        Header[] headers = [.. list.EnumerateArray().Select((layer, index) => ReadHeader(layer, source, index))];
        bool flattened = headers.FirstOrDefault(header => header.Type != KerasVocabulary.Input)?.Type == FlattenType.Instance.Name;
        KerasInput input = new(notes) { IsFlattened = flattened, Order = StatedOrder(headers, source, notes) };
        if (own is { } shape) input.Set(shape);
        LayerListReader reader = new(headers, source, input, notes);
        for (int i = 0; i < headers.Length; i++) reader.Add(i);
        return ([.. reader.layers], [.. reader.numbers], input);
    }

    /// <summary>The order of channels that layers state, which has to be the same for all that state one.</summary>
    private static ChannelOrder? StatedOrder(Header[] headers, string source, ModelNotes notes)
    {
        ChannelOrder? order = null;
        foreach ((int index, Header header) in headers.Index())
        {
            if (KerasShape.StatedBy(header.Fields) is not { } stated) continue;
            order ??= stated;
            if (order == stated) continue;
            throw new InvalidInputException(
                $"{source}: layer {index + 1} ({header.Spelling}) states {KerasShape.Name(stated)}, "
                + $"but an earlier layer states {KerasShape.Name(order.Value)}; all layers of a model must state the same order");
        }

        if (order == ChannelOrder.First)
            notes.Decide("channels first is computed as channels last, which is the same network with its values in another order in memory");
        return order;
    }

    private static Header ReadHeader(JsonElement layer, string source, int index)
    {
        string where = $"{source}: layer {index + 1}";
        JsonFields fields = new(layer, where);
        string spelling;
        if (KerasObject.Is(fields))
        {
            (spelling, JsonElement config) = KerasObject.Open(fields, where);
            fields = new JsonFields(config, $"{where} ({MessageText.Short(spelling)}): {KerasObject.Config}");
        }
        else
        {
            spelling = fields.RequiredText("type", "\"conv2d\"");
        }

        string type = KerasVocabulary.TypeOf(spelling) ?? throw new InvalidInputException(
            $"{where}: unknown layer {MessageText.Quote(spelling)}; known: {string.Join(", ", LayerTypes.Names)}{KerasVocabulary.More}"
            + Suggestion.DidYouMean(spelling, KerasVocabulary.TypeSpellings));
        fields = fields.At($"{where} ({spelling})");
        return new Header(fields, spelling, type, fields.Text("name"));
    }

    private void Add(int index)
    {
        (JsonFields fields, string spelling, string type, string? name) = headers[index];
        bool isActivation = type == KerasVocabulary.Activation || (spelling != type && LayerTypes.Find(type) is ReluType or SoftmaxType);
        if (!isActivation && type != KerasVocabulary.Input) name = NameOf(type, name);
        string where = $"{source}: layer {index + 1}{(name is null ? "" : $" {MessageText.Quote(name)}")} ({spelling})";
        if (!isActivation) notes.Translate(spelling, type);
        fields = fields.At(where).Renamed(property => Translate(type, property));
        fields = LayerTypes.Find(type)?.Accept(fields, notes) ?? fields;
        fields = input.Take(KerasSettings.Check(fields, notes), where, first: headers.Take(index).All(header => header.Type == KerasVocabulary.Input));
        fields = WithoutNulls(fields, type);
        if (type == KerasVocabulary.Input) CheckInputLayer(fields, index, where);
        else if (isActivation) AddActivation(fields, index);
        else Add(ReadLayer(fields, type, name!), index);
    }

    private LayerSpec ReadLayer(JsonFields fields, string type, string name)
    {
        LayerType kind = LayerTypes.Find(type)!;
        JsonFields ours = fields.Without(kind.Settings.SelectMany(setting => setting.OwnSpellings).Contains);
        ours.OnlyKnown(KerasVocabulary.Known(type), KerasVocabulary.Spellings(type), KerasVocabulary.More);
        string[] inputs = fields.Find("inputs") is null ? [] : fields.RequiredTexts("inputs", "[\"conv1\", \"conv3\"]");
        bool readsTheOneBefore = inputs is [var only] && only == (layers.Count == 0 ? ModelGraph.InputName : layers[^1].Name);
        LayerSpec layer = kind.Read(name, fields, notes);
        return readsTheOneBefore ? layer : layer with { Inputs = [.. inputs] };
    }

    private void Add(LayerSpec layer, int index)
    {
        layers.Add(layer);
        numbers.Add(index + 1);
    }

    /// <summary>An activation becomes that of the convolution or dense layer before it if that has none, otherwise a layer.</summary>
    private void AddActivation(JsonFields fields, int index)
    {
        (_, string spelling, string type, string? name) = headers[index];
        fields.OnlyKnown(KerasVocabulary.Known(type), KerasVocabulary.Spellings(type), KerasVocabulary.More);
        if (type == KerasVocabulary.Activation) fields.Required("activation", "\"relu\"");
        Activation activation = LayerTypes.Find(type) switch
        {
            ReluType => Activation.Relu,
            SoftmaxType => Activation.Softmax,
            null => fields.Choice("activation", Activation.Linear),
            _ => throw new InvalidOperationException($"layers of type {type} are no activation"),
        };
        if (activation == Activation.Linear)
        {
            notes.Ignore("linear activations (they change nothing)");
            return;
        }

        LayerSpec? fused = layers.LastOrDefault() switch
        {
            Conv2DSpec { Activation: Activation.Linear } conv when activation == Activation.Relu => conv with { Activation = activation },
            DenseSpec { Activation: Activation.Linear } dense => dense with { Activation = activation },
            _ => null,
        };
        if (fused is not null)
        {
            layers[^1] = fused;
            notes.Translate(spelling, "activation of the layer before");
            return;
        }

        LayerType own = activation == Activation.Relu ? ReluType.Instance : SoftmaxType.Instance;
        name = NameOf(own.Name, name);
        Add(activation == Activation.Relu ? new ReluSpec(name) : new SoftmaxSpec(name), index);
        notes.Translate(spelling, own.Name);
    }

    private static void CheckInputLayer(JsonFields fields, int index, string where)
    {
        fields.OnlyKnown(KerasVocabulary.Known(KerasVocabulary.Input), KerasVocabulary.Spellings(KerasVocabulary.Input), KerasVocabulary.More);
        if (index > 0) throw new InvalidInputException($"{where}: must be the first layer, and the only one of its kind: a model has one input");
    }

    /// <summary>Keras writes null for "no activation" and for "strides as large as the pool".</summary>
    private static JsonFields WithoutNulls(JsonFields fields, string type) => fields.Without(property =>
        fields.Find(property) is { ValueKind: JsonValueKind.Null }
        && (LayerTypes.Find(type) is { } layer ? layer.Settings.Any(setting => setting.Name == property && setting.NullIsDefault) : property == "activation"));

    private string Translate(string type, string property)
    {
        string own = KerasVocabulary.PropertyOf(type, property);
        notes.Translate(property, own);
        return own;
    }

    /// <summary>The given name, or the next free one of the type: conv1, conv2 ….</summary>
    private string NameOf(string type, string? given)
    {
        int ordinal = ordinals[type] = ordinals.GetValueOrDefault(type) + 1;
        if (given is not null) return given;
        string prefix = LayerTypes.Find(type)!.NamePrefix, name = $"{prefix}{ordinal}";
        while (!taken.Add(name)) name = $"{prefix}{++ordinal}";
        return name;
    }

    private sealed record Header(JsonFields Fields, string Spelling, string Type, string? Name);
}
