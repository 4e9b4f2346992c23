namespace DistConv.Training.Records;

/// <summary>Tells what a later run of a job did again: it evaluates an epoch and writes a snapshot once more, with the same bits. Not for several
/// threads.</summary>
public sealed class RepeatedEvents
{
    private readonly HashSet<(JobEventKind, long)> _seen = [];

    /// <summary>Looks at an event of a record, after the one before it.</summary>
    /// <param name="happened">The event.</param>
    /// <returns>False if it is an evaluation or a snapshot of a step that has had one.</returns>
    public bool IsNew(JobEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        return happened.Kind is not (JobEventKind.Evaluation or JobEventKind.Snapshot) || _seen.Add((happened.Kind, happened.Step));
    }
}
