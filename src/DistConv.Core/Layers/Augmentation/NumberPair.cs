using System.Text.Json;

namespace DistConv.Core.Layers.Augmentation;

/// <summary>One or two numbers in JSON.</summary>
internal static class NumberPair
{
    /// <summary>The numbers; null: it is something else.</summary>
    public static double[]? Of(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Array) return Number(value) is { } single ? [single] : null;
        double?[] numbers = [.. value.EnumerateArray().Select(Number)];
        return numbers.Length == 2 && !numbers.Contains(null) ? [.. numbers.Select(number => number!.Value)] : null;
    }

    /// <summary>Writes two numbers as a list.</summary>
    public static void Write(Utf8JsonWriter json, string name, double first, double second)
    {
        json.WriteStartArray(name);
        json.WriteNumberValue(first + 0.0);
        json.WriteNumberValue(second + 0.0);
        json.WriteEndArray();
    }

    private static double? Number(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number) ? number + 0.0 : null;
}
