namespace DistConv.Training.Records;

/// <summary>An entry of a job's record: a step or an event.</summary>
/// <param name="After">The position after it; its fence is the claim under which it was written.</param>
/// <param name="Step">What a step measured; null for an event.</param>
/// <param name="Event">What happened; null for a step.</param>
public readonly record struct RecordEntry(RecordCursor After, StepEntry? Step, JobEvent? Event);
