using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DistConv.Cli.Output;

/// <summary>Results for programs: one JSON object in one line.</summary>
internal static class JsonLine
{
    private static readonly JsonSerializerOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes an object as the last line of the results.</summary>
    public static void Write(IConsoleOutput output, JsonObject value) => output.Data(value.ToJsonString(Options));

    /// <summary>A number, or null for one that JSON cannot express.</summary>
    public static JsonNode? Number(double? value) => value is { } number && double.IsFinite(number) ? JsonValue.Create(number) : null;

    /// <summary>An array of some values.</summary>
    public static JsonArray Array<T>(IEnumerable<T> values, Func<T, JsonNode?> node) => [.. values.Select(node)];
}
