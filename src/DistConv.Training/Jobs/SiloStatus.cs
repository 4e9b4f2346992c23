using System.Text.Json.Serialization;

namespace DistConv.Training.Jobs;

/// <summary>A process that computes.</summary>
/// <param name="Silo">Its address in the cluster; "local" without one.</param>
/// <param name="Host">Its machine.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="Shards">The shards that it holds.</param>
/// <param name="Threads">Its compute threads; 0 when not known.</param>
/// <param name="ComputeMilliseconds">Duration of its forward and backward passes in the newest step; 0 before the first.</param>
public sealed record SiloStatus(
    string Silo, string Host, int ProcessId, IReadOnlyList<int> Shards, int Threads = 0, double ComputeMilliseconds = 0)
{
    /// <summary>Whether it coordinates the job. Told while the job runs, and not stored, like all that follows.</summary>
    [JsonIgnore]
    public bool IsCoordinator { get; init; }

    /// <summary>Its version of DistConv; null when not known.</summary>
    [JsonIgnore]
    public string? Build { get; init; }

    /// <summary>What its process uses; null when not known.</summary>
    [JsonIgnore]
    public SiloLoad? Load { get; init; }

    /// <summary>The newest steps that it computed with its present shards, by ascending step.</summary>
    [JsonIgnore]
    public IReadOnlyList<SiloStep> RecentSteps { get; init; } = [];
}

/// <summary>What a process uses.</summary>
/// <param name="ProcessorShare">Its share of its machine's processors, 0 … 1, over the last seconds.</param>
/// <param name="MemoryBytes">Its physical memory.</param>
public sealed record SiloLoad(double ProcessorShare, long MemoryBytes);

/// <summary>A silo's part of a step.</summary>
/// <param name="Step">The step.</param>
/// <param name="ComputeMilliseconds">Duration of its forward and backward passes.</param>
public readonly record struct SiloStep(long Step, double ComputeMilliseconds);
