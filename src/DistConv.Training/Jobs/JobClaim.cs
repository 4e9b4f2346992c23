using System.Text.Json.Serialization;

namespace DistConv.Training.Jobs;

/// <summary>Who claimed a job.</summary>
/// <param name="Silo">The silo of a cluster that keeps the job going, address and generation; null for a run that nobody takes over.</param>
/// <param name="Host">Its machine.</param>
/// <param name="ProcessId">Its process.</param>
public sealed record ClaimOwner(string? Silo, string Host, [property: JsonPropertyName("pid")] int ProcessId)
{
    /// <summary>This process.</summary>
    /// <param name="silo">Its silo, or null.</param>
    /// <returns>The owner to write.</returns>
    public static ClaimOwner Here(string? silo = null) => new(silo, Environment.MachineName, Environment.ProcessId);
}

/// <summary>A claim as it stands in the store.</summary>
/// <param name="Fence">Its number.</param>
/// <param name="Owner">Who made it; null when that process died before it had said so.</param>
/// <param name="Length">Bytes of its file: it grows while a cluster's coordinator lives.</param>
/// <param name="WrittenAt">When it grew last, by the store's clock.</param>
/// <param name="IsReleased">Whether its owner has ended on purpose, and writes nothing any more.</param>
public sealed record JobClaim(long Fence, ClaimOwner? Owner, long Length, DateTimeOffset WrittenAt, bool IsReleased);
