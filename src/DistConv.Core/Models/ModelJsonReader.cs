using System.Text.Json;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>A model as its text says it, before its shapes are checked.</summary>
/// <param name="Model">The model.</param>
/// <param name="Numbers">The place of each of its layers in the text, from 1.</param>
/// <param name="Notes">What was translated.</param>
/// <param name="Format">What the text is.</param>
internal sealed record ModelText(ModelSpec Model, int[] Numbers, ModelNotes Notes, string Format)
{
    /// <summary>What its layers were in Keras; null: it is in our own vocabulary.</summary>
    public KerasOrigin? Origin { get; init; }

    /// <summary>The names of layers that share their weights with an earlier one.</summary>
    public IReadOnlyList<string> Repeated { get; init; } = [];

    /// <summary>Whether the text leaves the size of pictures open.</summary>
    public bool IsFreeSize { get; init; }
}

/// <summary>Reads model JSON, ours or Keras's: vocabulary and types of values. Ranges and shapes are <see cref="ShapeInference"/>'s.</summary>
internal static class ModelJsonReader
{
    private const int MaxQuotes = 3;
    private const string LayersName = "layers";
    private const string TopologyName = "modelTopology";

    private static readonly string[] ModelProperties = ["name", "input", LayersName];

    /// <summary>Reads a model.</summary>
    /// <param name="utf8">The text.</param>
    /// <param name="source">The beginning of each message.</param>
    /// <exception cref="InvalidInputException">It is no model; the line says what it is instead, if that is known.</exception>
    public static ModelText Read(ReadOnlyMemory<byte> utf8, string source)
    {
        if (FileKind.Of(utf8.Span) is { } kind) throw new InvalidInputException($"{source}: {kind}");
        ModelNotes notes = new();
        for (int quotes = 0; ; quotes++)
        {
            using JsonDocument document = JsonText.Parse(utf8, source);
            JsonElement root = document.RootElement;
            if (root.ValueKind != JsonValueKind.String) return Read(root, source, notes);
            if (quotes == MaxQuotes) throw new InvalidInputException($"{source}: is a text in quotes {MaxQuotes} times; expected an object {{...}}");
            notes.Ignore("the quotes around the whole text (json.dump of what to_json() returned)");
            utf8 = System.Text.Encoding.UTF8.GetBytes(root.GetString()!);
        }
    }

    private static ModelText Read(JsonElement root, string source, ModelNotes notes)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0 && KerasObject.TextOf(root[0], KerasObject.ClassName) is not null)
            return ReadKeras(KerasModel.OpenConfig(root, source, notes), source, notes);
        if (OtherJson.Of(root) is { } kind) throw new InvalidInputException($"{source}: {kind}");
        JsonFields model = new(root, source);
        string? version = KerasObject.TextOf(root, "keras_version");
        if (model.Find(TopologyName) is { } topology)
        {
            // TensorFlow.js: its converter puts the model into model_config, its own save() does not.
            model = new JsonFields(topology, $"{source}: {TopologyName}");
            version = model.Find("keras_version") is { ValueKind: JsonValueKind.String } said ? said.GetString() : version;
            if (model.Find("model_config") is { } config) return ReadConfig(config, version, source, notes);
        }
        else if (model.Find("model_config") is { } config)
        {
            return ReadConfig(config, version, source, notes);
        }

        if (KerasObject.Is(model)) return ReadKeras(KerasModel.Open(model, version, source, notes), source, notes);
        return IsConfig(model, root) ? ReadKeras(KerasModel.OpenConfig(root, source, notes), source, notes) : ReadOwn(model, source, notes);
    }

    /// <summary>A Keras model inside something else, as an object or as its text.</summary>
    private static ModelText ReadConfig(JsonElement config, string? version, string source, ModelNotes notes)
    {
        if (config.ValueKind != JsonValueKind.String)
            return ReadKeras(KerasModel.Open(new JsonFields(config, $"{source}: model_config"), version, source, notes), source, notes);
        using JsonDocument inner = JsonText.Parse(System.Text.Encoding.UTF8.GetBytes(config.GetString()!), $"{source}: model_config");
        return ReadKeras(KerasModel.Open(new JsonFields(inner.RootElement, $"{source}: model_config"), version, source, notes), source, notes);
    }

    /// <summary>Whether an object is what Keras's get_config() gives: its layers have classes, and nothing says the input but they.</summary>
    private static bool IsConfig(JsonFields model, JsonElement root) => !model.Has("input") && root.TryGetProperty(LayersName, out JsonElement layers)
        && layers.ValueKind == JsonValueKind.Array && layers.GetArrayLength() > 0
        && layers.EnumerateArray().All(layer => KerasObject.TextOf(layer, KerasObject.ClassName) is not null);

    private static ModelText ReadOwn(JsonFields model, string source, ModelNotes notes)
    {
        model.OnlyKnown(ModelProperties);
        string name = model.Text("name") ?? NameOf(source);
        TensorShape? own = model.Has("input") ? ToShape(model.RequiredWholes("input", 3, "[28, 28, 1]")) : null;
        if (own is null && !model.Has(LayersName)) model.Required("input", "[28, 28, 1]");
        JsonElement layers = model.Required(LayersName, "[...]");
        KerasExpansion.EnsureList(layers, source);
        LayerText text = new([.. layers.EnumerateArray().Select((layer, index) => new LayerEntry(layer, index + 1))]);
        LayerListReading read = LayerListReader.Read(text, source, own, notes);
        if (read.Input.Shape is null) model.Required("input", "[28, 28, 1]");
        return new ModelText(new ModelSpec(name, read.Input.Shape!.Value, read.Layers), read.Numbers, notes, "DistConv model")
        {
            IsFreeSize = read.Input.IsFree,
        };
    }

    private static ModelText ReadKeras(KerasModel keras, string source, ModelNotes notes)
    {
        LayerListReading read = LayerListReader.Read(keras.Text, source, own: null, notes);
        if (read.Input.Shape is not { } shape)
        {
            throw new InvalidInputException(
                $"{source}: the input's shape is missing: give the first layer \"input_shape\": [28, 28, 1], or build the model in Keras before to_json()");
        }

        return new ModelText(new ModelSpec(keras.Name ?? NameOf(source), shape, read.Layers), read.Numbers, notes, keras.Format)
        {
            Origin = new KerasOrigin(keras.Text.Generation, read.Input.Order ?? ChannelOrder.Last, read.Origins, keras.Text.Models),
            Repeated = read.Repeated,
            IsFreeSize = read.Input.IsFree,
        };
    }

    private static TensorShape ToShape(int[] sizes) => new(sizes[0], sizes[1], sizes[2]);

    /// <summary>A model without a name is called as its file is, with '-' for what a name cannot have.</summary>
    private static string NameOf(string source)
    {
        string stem = Path.GetFileNameWithoutExtension(source);
        char[] name = [.. stem.Take(ModelLimits.MaxNameLength).Select(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' ? c : '-')];
        return name.Length > 0 && char.IsAsciiLetterOrDigit(name[0]) ? new string(name) : "model";
    }
}
