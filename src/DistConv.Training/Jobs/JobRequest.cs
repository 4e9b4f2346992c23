namespace DistConv.Training.Jobs;

/// <summary>What a person asks of a running job.</summary>
public enum JobRequest
{
    /// <summary>End at a step boundary with a snapshot, until it is resumed.</summary>
    Pause,

    /// <summary>End at a step boundary with a snapshot, for good (a later resume is possible all the same).</summary>
    Cancel,
}
