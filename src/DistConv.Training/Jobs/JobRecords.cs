using System.Text.Json.Serialization;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;

namespace DistConv.Training.Jobs;

/// <summary>Where a job stands.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobState>))]
public enum JobState
{
    /// <summary>Created, and not yet started.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>A process trains it now.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>It ended before its last step: where its run was told to stop, or where it was done before it was extended.</summary>
    [JsonStringEnumMemberName("stopped")]
    Stopped,

    /// <summary>Its process ended before the job did: by a signal, or by its death.</summary>
    [JsonStringEnumMemberName("interrupted")]
    Interrupted,

    /// <summary>Paused by command.</summary>
    [JsonStringEnumMemberName("paused")]
    Paused,

    /// <summary>Cancelled by command.</summary>
    [JsonStringEnumMemberName("cancelled")]
    Cancelled,

    /// <summary>It ended with an error.</summary>
    [JsonStringEnumMemberName("failed")]
    Failed,

    /// <summary>All its steps are applied.</summary>
    [JsonStringEnumMemberName("done")]
    Done,
}

/// <summary>The status of a job as its trainer last wrote it.</summary>
public sealed record JobStatusRecord
{
    /// <summary>Where the job stands.</summary>
    public required JobState State { get; init; }

    /// <summary>Updates that are applied.</summary>
    public required long Step { get; init; }

    /// <summary>When this was written.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>The last epoch that ended, or null before the first has.</summary>
    public EpochMetrics? LastEpoch { get; init; }

    /// <summary>One line for people, such as the error of a failed job; or null.</summary>
    public string? Message { get; init; }

    /// <summary>Who computes, or computed last.</summary>
    public IReadOnlyList<SiloStatus> Silos { get; init; } = [];

    /// <summary>"sha256:…" of the weights with which the run ended; null while it runs, if it failed, and in folders of builds that did not note
    /// it.</summary>
    public string? WeightsDigest { get; init; }
}

/// <summary>What a process that resumes a job has to know about the one that ran it, and that is not part of the specification.</summary>
/// <param name="DataDirectory">The folder in which the data set was found, or null when none was needed.</param>
public sealed record JobOrigin(string? DataDirectory);

/// <summary>A job in a list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="State">Its state; a job that says "running" while no process holds its lock is <see cref="JobState.Interrupted"/>.</param>
/// <param name="Model">Name of the model.</param>
/// <param name="Data">Name of the data set.</param>
/// <param name="Step">Updates that are applied.</param>
/// <param name="TotalSteps">Updates of the whole job.</param>
/// <param name="Epochs">Epochs that have ended.</param>
/// <param name="TestAccuracy">Held-out accuracy after the last epoch, 0 … 1; null before the first has ended, and of jobs that have none.</param>
/// <param name="UpdatedAt">When its status was written; null before that.</param>
public sealed record JobSummary(
    string Id, JobState State, string Model, string Data, long Step, long TotalSteps, int Epochs, double? TestAccuracy, DateTimeOffset? UpdatedAt)
{
    /// <summary>What people have written on it.</summary>
    public JobLabels Labels { get; init; } = JobLabels.None;
}

/// <summary>A snapshot that is entered in a job's folder.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="Fence">The claim under which it was written.</param>
/// <param name="Path">The snapshot file.</param>
public readonly record struct SnapshotHead(long Step, long Fence, string Path);

/// <summary>A snapshot that was read and checked.</summary>
/// <param name="Head">Where it stands.</param>
/// <param name="Snapshot">What is in it.</param>
public sealed record StoredSnapshot(SnapshotHead Head, Snapshot Snapshot);

/// <summary>The content of a head file.</summary>
/// <param name="File">Name of the snapshot file in the folder <c>snapshots</c>.</param>
/// <param name="Sha256">SHA-256 of that file.</param>
internal sealed record HeadRecord(string File, string Sha256);
