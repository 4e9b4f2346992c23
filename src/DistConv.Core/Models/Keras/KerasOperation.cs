using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>
/// Layers of Keras that are others under another name: Merge of Keras 1 with its mode, and arithmetic that is written into a graph, as
/// <c>x + y</c> or <c>x / 127.5</c> (operations of Keras 3, TFOpLambda of tf.keras).
/// </summary>
internal static class KerasOperation
{
    private const string Lambda = "TFOpLambda";
    private const string Merge = "Merge";
    private const string Rescaling = "Rescaling";

    private static readonly string[] _mergeSettings =
    [
        "mode", "mode_type", "dot_axes", "output_shape", "output_shape_type", "output_mask", "output_mask_type", "arguments", "node_indices",
        "tensor_indices",
    ];

    /// <summary>The class that a layer is by its other name.</summary>
    /// <param name="spelling">Its class in the text.</param>
    /// <param name="entry">The layer.</param>
    /// <param name="fields">Its settings.</param>
    /// <param name="where">The beginning of each message.</param>
    /// <returns>The class and its settings; as they were if it has no other name.</returns>
    public static (string ClassName, JsonFields Fields) Read(string spelling, LayerEntry entry, JsonFields fields, string where)
    {
        if (spelling == Merge) return ReadMerge(fields, where);
        string? operation = OperationOf(spelling, entry, fields);
        if (operation is null) return (spelling, fields);
        JsonFields named = fields.Without(property => property != KerasObject.Name);
        return entry.Constant is var (value, isFirst) ? (Rescaling, Affine(named, operation, value, isFirst, where)) : (operation, named);
    }

    private static string? OperationOf(string spelling, LayerEntry entry, JsonFields fields)
    {
        bool isOperation = KerasObject.TextOf(entry.Layer, "module")?.Contains(".ops", StringComparison.Ordinal) == true;
        string? name = spelling == Lambda ? fields.Find("function") is { ValueKind: JsonValueKind.String } function ? function.GetString() : null
            : isOperation ? spelling : null;
        return name switch
        {
            "__operators__.add" or "math.add" or "Add" => "Add",
            "math.multiply" or "Multiply" => "Multiply",
            "math.subtract" or "Subtract" => "Subtract",
            "math.truediv" or "math.divide" or "TrueDivide" or "Divide" => "Divide",
            "math.maximum" or "Maximum" when entry.Constant is null => "Maximum",
            "math.minimum" or "Minimum" when entry.Constant is null => "Minimum",
            _ => null,
        };
    }

    /// <summary>x·scale + offset.</summary>
    private static JsonFields Affine(JsonFields fields, string operation, double value, bool isFirst, string where)
    {
        (double scale, double offset) = (operation, isFirst) switch
        {
            ("Add", _) => (1.0, value),
            ("Multiply", _) => (value, 0.0),
            ("Subtract", false) => (1.0, -value),
            ("Subtract", true) => (-1.0, value),
            ("Divide", false) => (1.0 / value, 0.0),
            _ => throw new InvalidInputException($"{where}: a number that is divided by a layer is not supported"),
        };
        if (!double.IsFinite(scale) || !double.IsFinite(offset)) throw new InvalidInputException($"{where}: {operation} with {value} is not finite");
        return fields.With("scale", JsonSerializer.SerializeToElement(scale)).With("offset", JsonSerializer.SerializeToElement(offset));
    }

    private static (string ClassName, JsonFields Fields) ReadMerge(JsonFields fields, string where)
    {
        if (fields.Find("layers") is { ValueKind: JsonValueKind.Array } branches && branches.GetArrayLength() > 0)
            throw new InvalidInputException($"{where}: merges {branches.GetArrayLength()} models with inputs of their own; a model here takes one image");
        string mode = fields.Text("mode") ?? "sum";
        string className = mode switch
        {
            "sum" => "Add",
            "mul" => "Multiply",
            "ave" => "Average",
            "max" => "Maximum",
            "concat" => "Concatenate",
            _ => throw new InvalidInputException($"{where}: mode {MessageText.Quote(mode)} is not supported; known: sum, mul, ave, max, concat"),
        };
        return (className, fields.Without(property => _mergeSettings.Contains(property) || (className != "Concatenate" && property == "concat_axis")
            || property == "layers"));
    }
}
