using System.Text.Json.Serialization;

namespace DistConv.Training.Jobs;

/// <summary>Everything else in a job folder: lenient, so that processes of different versions can read each other's status.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    RespectNullableAnnotations = true,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(JobStatusRecord))]
[JsonSerializable(typeof(JobOrigin))]
[JsonSerializable(typeof(HeadRecord))]
[JsonSerializable(typeof(ClaimOwner))]
[JsonSerializable(typeof(RunRecord))]
[JsonSerializable(typeof(RequestRecord))]
[JsonSerializable(typeof(ExtensionRecord))]
[JsonSerializable(typeof(JobLabels))]
internal sealed partial class StoreJsonContext : JsonSerializerContext;
