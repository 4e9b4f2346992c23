using DistConv.Dashboard.Api;
using Recorded = DistConv.Training.Records;

namespace DistConv.Dashboard.Jobs;

/// <summary>What has happened to a job, as its record has it.</summary>
internal static class JobEvents
{
    /// <summary>An event for the page.</summary>
    public static JobEvent Of(Recorded.JobEvent happened) => new(happened.Step, happened.Time, KindOf(happened.Kind), happened.Text);

    private static JobEventKind KindOf(Recorded.JobEventKind kind) => kind switch
    {
        Recorded.JobEventKind.Started => JobEventKind.Started,
        Recorded.JobEventKind.Resumed => JobEventKind.Resumed,
        Recorded.JobEventKind.Takeover => JobEventKind.Takeover,
        Recorded.JobEventKind.Evaluation => JobEventKind.Evaluation,
        Recorded.JobEventKind.Snapshot => JobEventKind.Snapshot,
        Recorded.JobEventKind.SiloJoined => JobEventKind.SiloJoined,
        Recorded.JobEventKind.SiloLost => JobEventKind.SiloLost,
        Recorded.JobEventKind.ShardsMoved => JobEventKind.ShardsMoved,
        Recorded.JobEventKind.Retry => JobEventKind.Retry,
        Recorded.JobEventKind.Hedge => JobEventKind.Hedge,
        Recorded.JobEventKind.Warning => JobEventKind.Warning,
        Recorded.JobEventKind.Extended => JobEventKind.Extended,
        Recorded.JobEventKind.Stopped => JobEventKind.Stopped,
        Recorded.JobEventKind.Paused => JobEventKind.Paused,
        Recorded.JobEventKind.Cancelled => JobEventKind.Cancelled,
        Recorded.JobEventKind.Failed => JobEventKind.Failed,
        Recorded.JobEventKind.Done => JobEventKind.Done,
        _ => throw new InvalidOperationException($"unknown kind of event {kind}"),
    };
}
