using DistConv.Training.Jobs;

namespace DistConv.Client.Series;

/// <summary>One job of a series.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Plan">The job.</param>
internal sealed record SeriesJob(string Id, TrainingPlan Plan);

/// <summary>How a job of a series ended.</summary>
/// <param name="Job">The job.</param>
/// <param name="State">Its state; failed if it could not be started.</param>
internal sealed record SeriesResult(SeriesJob Job, JobState State)
{
    /// <summary>Its last status; null if it could not be started.</summary>
    public JobStatus? Status { get; init; }

    /// <summary>One line for people, such as why it failed; or null.</summary>
    public string? Message { get; init; }

    /// <summary>Whether it was done before, and only counted now.</summary>
    public bool WasDone { get; init; }
}

/// <summary>Who looks on while a series is trained. Jobs that are trained side by side call from different threads.</summary>
internal interface ISeriesWatcher
{
    /// <summary>A job is about to be trained.</summary>
    void Begin(SeriesJob job, int epochsBefore);

    /// <summary>Where a job stands.</summary>
    void Look(SeriesJob job, JobStatus status);

    /// <summary>A job has ended, or was done before.</summary>
    Task EndAsync(SeriesResult result);
}
