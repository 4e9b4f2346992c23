using System.Text.Json;

namespace DistConv.Core.Reading;

/// <summary>What JSON is that was given for a model and is none.</summary>
internal static class OtherJson
{
    private static readonly string[] _optimizers = ["Adam", "SGD", "RMSprop", "Adadelta", "Adagrad", "Adamax", "Nadam", "Ftrl", "AdamW", "Lion"];

    private static readonly string[] _curves = ["loss", "val_loss", "acc", "val_acc", "accuracy", "val_accuracy", "lr", "learning_rate"];

    /// <summary>What it is.</summary>
    /// <param name="root">The whole text.</param>
    /// <returns>"is …", without the file's name; null if it may be a model.</returns>
    public static string? Of(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array) return OfList(root);
        if (root.ValueKind != JsonValueKind.Object) return null;
        bool Has(string name) => root.TryGetProperty(name, out _);
        string? className = KerasObject.TextOf(root, KerasObject.ClassName);
        if (className == "Tokenizer" || Has("word_index") || Has("word_counts")) return "is a tokenizer of Keras, for texts; a model has layers";
        if (className is not null && _optimizers.Contains(className)) return $"is the configuration of an optimizer ({className}); a model has layers";
        if (className is not null || Has("layers")) return null;
        if (KerasObject.TextOf(root, "format") == "graph-model" || IsGraphOfOperations(root))
        {
            return "is a graph of TensorFlow operations (a TensorFlow.js graph model), not of layers; convert the Keras model with "
                + "tensorflowjs_converter to a layers model, or write model.to_json()";
        }

        if (root.EnumerateObject().Any() && root.EnumerateObject().All(curve => curve.Value.ValueKind == JsonValueKind.Array && _curves.Contains(curve.Name)))
            return "is the history of a training; a model has layers";
        if (Has("nbformat")) return "is a Jupyter notebook; write the model with open('model.json', 'w').write(model.to_json()) in it";
        if (Has("weightsManifest") && !Has("modelTopology")) return "is a list of weights of TensorFlow.js without a modelTopology; a model has layers";
        if (Has("keras_version") && Has("date_saved")) return "is the metadata.json of a .keras file; the model is in its config.json";
        if (Has("architectures") || Has("model_type")) return "is a configuration of Hugging Face's transformers, which lists no layers";
        if (Has("dependencies") && Has("version")) return "is a package.json; a model has layers";
        if (Has("optimizer") && Has("loss")) return "is what a model was compiled with (optimizer, loss, metrics); a model has layers";
        bool isClassList = root.EnumerateObject().Any() && root.EnumerateObject().All(
            entry => int.TryParse(entry.Name, out _) && entry.Value.ValueKind is JsonValueKind.String or JsonValueKind.Array);
        return isClassList ? "is a list of class names; a model has layers" : null;
    }

    private static string? OfList(JsonElement root)
    {
        if (root.GetArrayLength() == 0) return null;
        JsonElement first = root[0];
        if (first.ValueKind == JsonValueKind.String && root.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
            return "is a list of texts, perhaps class names; a model has layers";
        bool isManifest = first.ValueKind == JsonValueKind.Object && first.TryGetProperty("paths", out _) && first.TryGetProperty("weights", out _);
        return isManifest ? "is a list of weights of TensorFlow.js without its model.json; a model has layers" : null;
    }

    private static bool IsGraphOfOperations(JsonElement root) =>
        (root.TryGetProperty("modelTopology", out JsonElement topology) ? topology : root) is { ValueKind: JsonValueKind.Object } graph
        && graph.TryGetProperty("node", out _);
}
