using System.Text.Json.Serialization;

namespace DistConv.Training.Records;

/// <summary>The JSON of events: lenient, so that processes of different versions can read each other's.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(JobEvent))]
internal sealed partial class RecordJsonContext : JsonSerializerContext;
