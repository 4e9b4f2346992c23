using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace DistConv.Training.Specification;

/// <summary>The JSON of the files in a job folder. Names are camelCase; NaN and infinities are strings.</summary>
internal static class JobJson
{
    /// <summary>A specification in one line: equal specifications give equal text.</summary>
    /// <param name="spec">The specification.</param>
    /// <returns>JSON.</returns>
    public static string Canonical(JobSpec spec) => Encoding.UTF8.GetString(Write(spec, SpecJsonContext.Default.JobSpec, indented: false));

    /// <summary>Parses a specification. A field that this build does not know is an error: it may change the bits.</summary>
    /// <param name="json">What <see cref="Canonical"/> gave.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="JsonException">The text is not a specification.</exception>
    public static JobSpec ParseSpec(string json) =>
        JsonSerializer.Deserialize(json, SpecJsonContext.Default.JobSpec) ?? throw new JsonException("the specification is null");

    /// <summary>Encodes a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="value">The value.</param>
    /// <param name="type">How its type is encoded.</param>
    /// <param name="indented">Whether people read it.</param>
    /// <returns>UTF-8.</returns>
    public static byte[] Write<T>(T value, JsonTypeInfo<T> type, bool indented = true)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter writer =
            new(buffer, new JsonWriterOptions { Indented = indented, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            JsonSerializer.Serialize(writer, value, type);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Decodes a value.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="json">UTF-8.</param>
    /// <param name="type">How its type is encoded.</param>
    /// <returns>The value, or null when the text is not one: cut short, or of another version.</returns>
    public static T? TryParse<T>(ReadOnlySpan<byte> json, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Says in which settings two specifications differ.</summary>
    /// <param name="there">The one that exists.</param>
    /// <param name="here">The other.</param>
    /// <returns>"globalBatch is 128 there and 64 here, …"; empty when they are equal.</returns>
    public static string Differences(JobSpec there, JobSpec here) => string.Join(", ", Compare(there, here).Select(difference =>
        difference.First.Length + difference.Second.Length > 120 ? $"{difference.Field} differs"
            : $"{difference.Field} is {difference.First} there and {difference.Second} here"));

    /// <summary>The settings in which two specifications differ.</summary>
    /// <param name="first">The one.</param>
    /// <param name="second">The other.</param>
    /// <returns>In the order of the fields; empty when they are equal.</returns>
    public static List<SpecDifference> Compare(JobSpec first, JobSpec second)
    {
        List<SpecDifference> differences = [];
        Compare("", JsonNode.Parse(Canonical(first)), JsonNode.Parse(Canonical(second)), differences);
        return differences;
    }

    private static void Compare(string name, JsonNode? first, JsonNode? second, List<SpecDifference> differences)
    {
        if (first is JsonObject left && second is JsonObject right)
        {
            // A setting that is not used is not written: each side may lack what the other has.
            foreach (string key in left.Concat(right).Select(pair => pair.Key).Distinct())
            {
                Compare(name.Length == 0 ? key : $"{name}.{key}", left[key], right[key], differences);
            }
        }
        else if (!JsonNode.DeepEquals(first, second))
        {
            differences.Add(new SpecDifference(name, first?.ToJsonString() ?? "null", second?.ToJsonString() ?? "null"));
        }
    }
}

/// <summary>Specifications: strict, since an unknown setting may change the bits.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(JobSpec))]
internal sealed partial class SpecJsonContext : JsonSerializerContext;
