using System.Text.Json.Serialization;

namespace DistConv.Silo.Cluster;

/// <summary>What a health check gets to read.</summary>
/// <param name="Silo">The silo's address; null before it has one.</param>
/// <param name="Status">starting, active, leaving, or the membership's word for anything else.</param>
/// <param name="Jobs">The jobs that it coordinates.</param>
internal sealed record HealthReport(string? Silo, string Status, IReadOnlyList<string> Jobs);

/// <summary>The JSON of <see cref="HealthReport"/>.</summary>
[JsonSerializable(typeof(HealthReport))]
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
internal sealed partial class HealthJson : JsonSerializerContext;
