using System.Text.Json.Serialization;
using DistConv.Training.Metrics;

namespace DistConv.Dashboard.Api;

/// <summary>What happens to a job.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobEventKind>))]
internal enum JobEventKind
{
    /// <summary>It began.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    /// <summary>It goes on after an end.</summary>
    [JsonStringEnumMemberName("resumed")]
    Resumed,

    /// <summary>It was paused by command.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>It ended before its last step: where it was told to, or because its process ended.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>It was cancelled by command.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>It ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>All its steps are applied.</summary>
    [JsonStringEnumMemberName("done")]
    Done,

    /// <summary>It was given more steps.</summary>
    [JsonStringEnumMemberName("extended")]
    Extended,

    /// <summary>Another silo coordinates it.</summary>
    [JsonStringEnumMemberName("takeover")]
    Takeover,

    /// <summary>A silo no longer computes.</summary>
    [JsonStringEnumMemberName("siloLost")]
    SiloLost,

    /// <summary>A silo computes from now on.</summary>
    [JsonStringEnumMemberName("siloJoined")]
    SiloJoined,

    /// <summary>Shards went to other silos.</summary>
    [JsonStringEnumMemberName("shardsMoved")]
    ShardsMoved,

    /// <summary>A slow silo's shards were computed by another one as well.</summary>
    [JsonStringEnumMemberName("hedge")]
    Hedge,

    /// <summary>Shards were computed again.</summary>
    [JsonStringEnumMemberName("retry")]
    Retry,

    /// <summary>A snapshot is on the disk.</summary>
    [JsonStringEnumMemberName("snapshot")]
    Snapshot,

    /// <summary>The network was measured on the test set.</summary>
    [JsonStringEnumMemberName("evaluation")]
    Evaluation,

    /// <summary>Something is not as it should be, though the job goes on.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,
}

/// <summary>Something that happened to a job.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="Time">When; null if that is not known.</param>
/// <param name="Kind">What.</param>
/// <param name="Text">The same in words.</param>
internal record JobEvent(long Step, DateTimeOffset? Time, JobEventKind Kind, string Text)
{
    /// <summary>The silo that it is about; left out if it is about none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Silo { get; init; }

    /// <summary>The job, in a stream; left out elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Job { get; init; }
}

/// <summary>What has happened to a job.</summary>
/// <param name="Events">By ascending step.</param>
/// <param name="Cursor">The position in the record from which a stream goes on.</param>
internal sealed record JobEventList(IReadOnlyList<JobEvent> Events, string Cursor);

/// <summary>Steps in a stream. A step that was sent before replaces that one: a resumed job repeats steps.</summary>
/// <param name="Job">The job.</param>
/// <param name="Columns">What the rows hold after number and time of the step.</param>
/// <param name="Rows">Step, time in seconds since 1970 or null, and a value or null for each column.</param>
internal sealed record StepsEvent(string Job, IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<double?>> Rows);

/// <summary>An epoch that has ended, in a stream.</summary>
/// <param name="Job">The job.</param>
/// <param name="Epoch">What it measured.</param>
internal sealed record EpochEvent(string Job, EpochMetrics Epoch);

/// <summary>A step whose kernels can be read from now on, in a stream.</summary>
/// <param name="Job">The job.</param>
/// <param name="Step">The step.</param>
internal sealed record SnapshotEvent(string Job, long Step);

/// <summary>What was sent is not whole: the series is to be read again.</summary>
/// <param name="Job">The job.</param>
internal sealed record ResyncEvent(string Job);

/// <summary>Jobs were made or removed, or changed their states.</summary>
internal sealed record JobsEvent;
