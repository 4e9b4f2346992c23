using System.Text.Json;
using DistConv.Core.Layers;
using DistConv.Core.Models.Keras;
using DistConv.Core.Reading;
using DistConv.Core.Shapes;

namespace DistConv.Core.Models;

/// <summary>Reads model JSON, ours or Keras's: vocabulary and types of values. Ranges and shapes are <see cref="ShapeInference"/>'s.</summary>
internal static class ModelJsonReader
{
    private static readonly string[] ModelProperties = ["name", "input", "layers"];

    /// <summary>Reads a model.</summary>
    /// <returns>The model, the place of each of its layers in the text from 1, what was translated, and what the text is.</returns>
    public static (ModelSpec Model, int[] Numbers, ModelNotes Notes, string Format) Read(ReadOnlyMemory<byte> utf8, string source)
    {
        using JsonDocument document = JsonText.Parse(utf8, source);
        if (document.RootElement.ValueKind == JsonValueKind.String)
        {
            throw new InvalidInputException(
                $"{source}: is a text in quotes, not an object {{...}}; write what model.to_json() returns into the file as it is, without json.dump");
        }

        JsonFields model = new(document.RootElement, source);
        ModelNotes notes = new();
        return KerasObject.Is(model) ? ReadKeras(model, source, notes) : ReadOwn(model, source, notes);
    }

    private static (ModelSpec Model, int[] Numbers, ModelNotes Notes, string Format) ReadOwn(JsonFields model, string source, ModelNotes notes)
    {
        model.OnlyKnown(ModelProperties);
        string name = model.Text("name") ?? NameOf(source);
        TensorShape? own = model.Has("input") ? ToShape(model.RequiredWholes("input", 3, "[28, 28, 1]")) : null;
        if (own is null && !model.Has("layers")) model.Required("input", "[28, 28, 1]");
        (LayerSpec[] layers, int[] numbers, KerasInput input) = LayerListReader.Read(model.Required("layers", "[...]"), source, own, notes);
        if (input.Shape is null) model.Required("input", "[28, 28, 1]");
        return (new ModelSpec(name, input.Shape!.Value, layers), numbers, notes, "DistConv model");
    }

    private static (ModelSpec Model, int[] Numbers, ModelNotes Notes, string Format) ReadKeras(JsonFields model, string source, ModelNotes notes)
    {
        KerasSequential keras = KerasSequential.Open(model, source, notes);
        (LayerSpec[] layers, int[] numbers, KerasInput input) = LayerListReader.Read(keras.Layers, source, own: null, notes, keras.Generation);
        input.TakeBuilt(keras.Config, KerasSequential.BuildInputShape, source);
        if (input.Shape is not { } shape)
        {
            throw new InvalidInputException(
                $"{source}: the input's shape is missing: give the first layer \"input_shape\": [28, 28, 1], or build the model in Keras before to_json()");
        }

        return (new ModelSpec(keras.Name ?? NameOf(source), shape, layers), numbers, notes, keras.Format);
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
