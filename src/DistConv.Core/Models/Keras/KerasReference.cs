using System.Text.Json;
using DistConv.Core.Reading;

namespace DistConv.Core.Models.Keras;

/// <summary>An output of a layer in a graph of layers: <c>["conv", 0, 0]</c>.</summary>
/// <param name="Layer">The layer's name.</param>
/// <param name="Call">Which call of the layer.</param>
/// <param name="Tensor">Which of its outputs.</param>
internal readonly record struct KerasReference(string Layer, int Call, int Tensor)
{
    private const string KerasTensor = "__keras_tensor__";
    private const string Constant = "_CONSTANT_VALUE";

    /// <summary>
    /// The references in a value, in order, and the numbers beside them. In Keras 1 and 2 <c>[["a", 0, 0, {}], ["b", 0, 0, {}]]</c>, in Keras 3
    /// <c>{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": ["a", 0, 0]}}], "kwargs": {}}</c>; input_layers and output_layers are
    /// a list of references, one reference, or an object of them.
    /// </summary>
    /// <param name="value">A node of inbound_nodes, or input_layers, or output_layers.</param>
    /// <param name="constants">Takes each number with the count of references before it; null: numbers mean nothing.</param>
    public static List<KerasReference> All(JsonElement value, List<(double Value, int Place)>? constants = null)
    {
        List<KerasReference> found = [];
        Collect(value, found, constants, isArgument: true);
        return found;
    }

    // The depth is limited by that of the text (ModelLimits.MaxJsonDepth).
    private static void Collect(JsonElement value, List<KerasReference> found, List<(double Value, int Place)>? constants, bool isArgument)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array when Read(value) is { } reference:
                if (reference.Layer != Constant) found.Add(reference);
                else if (value.GetArrayLength() > 2 && value[2].ValueKind == JsonValueKind.Number) constants?.Add((value[2].GetDouble(), found.Count));
                if (value.GetArrayLength() > 3) Collect(value[3], found, constants, isArgument);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray()) Collect(item, found, constants, isArgument);
                break;
            case JsonValueKind.Object when KerasObject.TextOf(value, KerasObject.ClassName) == KerasTensor:
                if (value.TryGetProperty(KerasObject.Config, out JsonElement config) && config.ValueKind == JsonValueKind.Object
                    && config.TryGetProperty("keras_history", out JsonElement history) && Read(history) is { } tensor) found.Add(tensor);
                break;
            case JsonValueKind.Object:
                foreach (JsonProperty property in value.EnumerateObject())
                    Collect(property.Value, found, constants, isArgument: property.Name is "args" or "y" or "x2");
                break;
            case JsonValueKind.Number when isArgument:
                constants?.Add((value.GetDouble(), found.Count));
                break;
            case JsonValueKind.Undefined or JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null:
                break;
            default:
                throw new InvalidOperationException($"JSON has no {value.ValueKind}");
        }
    }

    private static KerasReference? Read(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() < 3 || value[0].ValueKind != JsonValueKind.String) return null;
        if (value[0].ValueEquals(Constant)) return new KerasReference(Constant, 0, 0);
        return value[1].ValueKind == JsonValueKind.Number && value[1].TryGetInt32(out int call)
            && value[2].ValueKind == JsonValueKind.Number && value[2].TryGetInt32(out int tensor)
                ? new KerasReference(value[0].GetString()!, call, tensor)
                : null;
    }
}
