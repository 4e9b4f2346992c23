using System.Text.Json.Serialization;
using DistConv.Training.Metrics;

namespace DistConv.Training.Records;

/// <summary>What kind of event a job's record has.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobEventKind>))]
public enum JobEventKind
{
    /// <summary>The first run began.</summary>
    [JsonStringEnumMemberName("started")]
    Started,

    /// <summary>A later run went on from a snapshot.</summary>
    [JsonStringEnumMemberName("resumed")]
    Resumed,

    /// <summary>Another coordinator took the job over from one that was lost.</summary>
    [JsonStringEnumMemberName("takeover")]
    Takeover,

    /// <summary>An epoch ended, with its evaluation on the test set.</summary>
    [JsonStringEnumMemberName("evaluation")]
    Evaluation,

    /// <summary>A snapshot is on the disk.</summary>
    [JsonStringEnumMemberName("snapshot")]
    Snapshot,

    /// <summary>A silo joined.</summary>
    [JsonStringEnumMemberName("siloJoined")]
    SiloJoined,

    /// <summary>A silo was lost, or left: the other silos compute its shards.</summary>
    [JsonStringEnumMemberName("siloLost")]
    SiloLost,

    /// <summary>Shards were dealt anew: other silos compute them from now on.</summary>
    [JsonStringEnumMemberName("shardsMoved")]
    ShardsMoved,

    /// <summary>Shards of a step were computed again, as a silo was lost on the way.</summary>
    [JsonStringEnumMemberName("retry")]
    Retry,

    /// <summary>A silo was slow: another one computed its shards, too.</summary>
    [JsonStringEnumMemberName("hedge")]
    Hedge,

    /// <summary>Something that people should know, and that did not end the job.</summary>
    [JsonStringEnumMemberName("warning")]
    Warning,

    /// <summary>The job was given more steps.</summary>
    [JsonStringEnumMemberName("extended")]
    Extended,

    /// <summary>The run ended before the job's last step, as it was told to.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>The job was paused by command.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>The job was cancelled by command.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>The job failed.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>The job is done.</summary>
    [JsonStringEnumMemberName("done")]
    Done,
}

/// <summary>Something that happened to a job.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Kind">What kind of event it is.</param>
/// <param name="Text">One line for people.</param>
/// <param name="Epoch">What the epoch measured, of an <see cref="JobEventKind.Evaluation"/>.</param>
public sealed record JobEvent(
    long Step,
    DateTimeOffset Time,
    JobEventKind Kind,
    string Text,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] EpochMetrics? Epoch = null);
