namespace DistConv.Training.Jobs;

/// <summary>What the deletion of a job removes, or has removed.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="State">What it was doing; null if its specification cannot be read.</param>
/// <param name="Files">Files in its folder.</param>
/// <param name="Bytes">Their lengths together.</param>
public sealed record JobRemains(string Job, JobState? State, int Files, long Bytes);
