namespace DistConv.Training.Jobs;

/// <summary>A step as a job's record has it.</summary>
/// <param name="After">The position after it; its fence is the claim under which the step was logged.</param>
/// <param name="Entry">What the step measured.</param>
public readonly record struct RecordedStep(RecordCursor After, StepLogEntry Entry);

/// <summary>A part of a job's record.</summary>
/// <param name="Steps">Its steps in the order of the log: a resumed job repeats the steps after its snapshot, under a higher fence.</param>
/// <param name="Next">Where the next page begins; the position that was asked for when nothing follows it yet.</param>
/// <param name="DamagedLines">How many lines were damaged, and skipped.</param>
public sealed record RecordPage(IReadOnlyList<RecordedStep> Steps, RecordCursor Next, int DamagedLines);
