using System.Text.Json.Serialization;

namespace DistConv.Client;

/// <summary>What kind of place keeps the jobs of a client.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobSourceKind>))]
public enum JobSourceKind
{
    /// <summary>A store on disk that this process only looks at.</summary>
    [JsonStringEnumMemberName("store")]
    Store,

    /// <summary>A store on disk whose jobs this process can train.</summary>
    [JsonStringEnumMemberName("embedded")]
    Embedded,

    /// <summary>A cluster.</summary>
    [JsonStringEnumMemberName("cluster")]
    Cluster,
}

/// <summary>Where the jobs of a client are.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Name">What messages call it: "store 'distconv-jobs'", "cluster 'distconv' at redis://…".</param>
public sealed record JobSourceInfo(JobSourceKind Kind, string Name)
{
    /// <summary>Whether jobs can be started and resumed through the client.</summary>
    public bool CanTrain => Kind is JobSourceKind.Embedded or JobSourceKind.Cluster;
}
