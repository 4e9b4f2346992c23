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
    private readonly Dictionary<string, string> activated = [];
    private readonly ActivationReader activations;

    private LayerListReader(Header[] headers, string source, KerasInput input, ModelNotes notes, int kerasGeneration)
    {
        (this.headers, this.source, this.input, this.notes) = (headers, source, input, notes);
        activations = new ActivationReader(kerasGeneration, notes);
        taken = [.. headers.Where(header => header.Name is not null).Select(header => header.Name!)];
    }

    /// <summary>Reads a list of layers.</summary>
    /// <param name="list">What should be a list.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <param name="own">The input's shape where the model says it, otherwise null: then a layer has to.</param>
    /// <param name="notes">Takes what was translated.</param>
    /// <param name="kerasGeneration">1, 2 or 3: whose words they are.</param>
    /// <returns>The layers, the place of each in the text from 1, and what is known of the input's shape.</returns>
    public static (LayerSpec[] Layers, int[] Numbers, KerasInput Input) Read(
        JsonElement list, string source, TensorShape? own, ModelNotes notes, int kerasGeneration = KerasVocabulary.Newest)
    {
        if (list.ValueKind != JsonValueKind.Array) throw new InvalidInputException($"{source}: layers must be a list [...]");
        if (list.GetArrayLength() > ModelLimits.MaxLayers)
            throw new InvalidInputException($"{source}: the model has {list.GetArrayLength():N0} layers; at most {ModelLimits.MaxLayers:N0} are possible");
        Header[] headers = [.. list.EnumerateArray().Select((layer, index) => ReadHeader(layer, source, index))];
        bool flattened = headers.FirstOrDefault(header => header.Type != KerasVocabulary.Input)?.Type == FlattenType.Instance.Name;
        KerasInput input = new(notes) { IsFlattened = flattened, Order = StatedOrder(headers, source, notes) };
        if (own is { } shape) input.Set(shape);
        LayerListReader reader = new(headers, source, input, notes, kerasGeneration);
        for (int i = 0; i < headers.Length; i++) reader.Add(i);
        reader.SplitSoftmax();
        reader.RedirectInputs();
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
        fields = KerasSettings.Check(LayerTypes.Find(type)?.Accept(fields, notes) ?? fields, notes, LayerTypes.Find(type)?.Settings);
        fields = input.Take(fields, where, first: headers.Take(index).All(header => header.Type == KerasVocabulary.Input));
        fields = WithoutNulls(fields, type);
        if (type == KerasVocabulary.Input) CheckInputLayer(fields, index, where);
        else if (isActivation) AddActivation(fields, index);
        else AddWithActivation(fields, type, name!, index);
    }

    /// <summary>A layer whose activation it does not compute itself is two: the layer, and its activation as a layer that reads it.</summary>
    private void AddWithActivation(JsonFields fields, string type, string name, int index)
    {
        bool isOther = LayerTypes.Find(type)!.Settings.Contains(LearnedSettings.Activation) && fields.Find(ActivationReader.Setting) is { } value
            && !(value.ValueKind == JsonValueKind.String && (value.ValueEquals("linear") || value.ValueEquals("relu")
                || (value.ValueEquals("softmax") && LayerTypes.Find(type) is DenseType)));
        LayerSpec? activation = isOther ? activations.Read(fields, kind => NameAfter(name, kind)) : null;
        LayerSpec layer = ReadLayer(isOther ? fields.Without(property => property == ActivationReader.Setting) : fields, type, name);
        Add(input.Order == ChannelOrder.First && headers[index].Spelling != type ? layer.FromChannelsFirst() : layer, index);
        if (activation is null) return;
        Add(activation, index);
        activated[name] = activation.Name;
    }

    /// <summary>A dense layer computes its softmax itself only at the end of the model; elsewhere the softmax is a layer.</summary>
    private void SplitSoftmax()
    {
        for (int i = layers.Count - 1; i >= 0; i--)
        {
            if (layers[i] is not DenseSpec { Activation: Activation.Softmax } dense) continue;
            bool isRead = (i + 1 < layers.Count && layers[i + 1].Inputs.IsEmpty) || layers.Exists(layer => layer.Inputs.Names.Contains(dense.Name));
            if (!isRead) continue;
            SoftmaxSpec softmax = new(NameAfter(dense.Name, SoftmaxType.Instance));
            layers[i] = dense with { Activation = Activation.Linear };
            layers.Insert(i + 1, softmax);
            numbers.Insert(i + 1, numbers[i]);
            activated[dense.Name] = softmax.Name;
        }
    }

    /// <summary>Who reads a layer whose activation has become a layer reads the activation.</summary>
    private void RedirectInputs()
    {
        for (int i = 0; activated.Count > 0 && i < layers.Count; i++)
        {
            if (!layers[i].Inputs.IsEmpty) layers[i] = layers[i] with { Inputs = [.. layers[i].Inputs.Names.Select(Activated)] };
        }
    }

    private string Activated(string name) => activated.GetValueOrDefault(name, name);

    private LayerSpec ReadLayer(JsonFields fields, string type, string name)
    {
        LayerType kind = LayerTypes.Find(type)!;
        JsonFields ours = fields.Without(kind.Settings.SelectMany(setting => setting.OwnSpellings).Contains);
        ours.OnlyKnown(KerasVocabulary.Known(type), KerasVocabulary.Spellings(type), KerasVocabulary.More);
        string[] inputs = fields.Find("inputs") is null ? [] : fields.RequiredTexts("inputs", "[\"conv1\", \"conv3\"]");
        bool readsTheOneBefore = inputs is [var only] && Activated(only) == (layers.Count == 0 ? ModelGraph.InputName : layers[^1].Name);
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
        if (type == KerasVocabulary.Activation) fields.Required(ActivationReader.Setting, "\"relu\"");
        LayerSpec? own = LayerTypes.Find(type) is { } kind ? kind.Read("", fields, notes) : activations.Read(fields, _ => "");
        if (own is null)
        {
            notes.Ignore("linear activations (they change nothing)");
            return;
        }

        LayerSpec? fused = (layers.LastOrDefault(), own) switch
        {
            (Conv2DSpec { Activation: Activation.Linear } conv, ReluSpec { IsPlain: true }) => conv with { Activation = Activation.Relu },
            (DenseSpec { Activation: Activation.Linear } dense, ReluSpec { IsPlain: true }) => dense with { Activation = Activation.Relu },
            (DenseSpec { Activation: Activation.Linear } dense, SoftmaxSpec) => dense with { Activation = Activation.Softmax },
            _ => null,
        };
        if (fused is not null)
        {
            layers[^1] = fused;
            notes.Translate(spelling, "activation of the layer before");
            return;
        }

        Add(own with { Name = NameOf(own.Type, name) }, index);
        notes.Translate(spelling, own.Type);
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

    /// <summary>"conv1_elu": the name of a layer's activation.</summary>
    private string NameAfter(string layer, LayerType activation)
    {
        string ending = $"_{activation.Name}", name = layer[..int.Min(layer.Length, ModelLimits.MaxNameLength - ending.Length)] + ending;
        for (int i = 2; !taken.Add(name); i++) name = $"{layer[..int.Min(layer.Length, ModelLimits.MaxNameLength - ending.Length - 4)]}{ending}{i}";
        return name;
    }

    private sealed record Header(JsonFields Fields, string Spelling, string Type, string? Name);
}
