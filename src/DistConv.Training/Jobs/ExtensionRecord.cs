namespace DistConv.Training.Jobs;

/// <summary>More steps for a job, in a file of its own: the specification is never overwritten.</summary>
/// <param name="TotalSteps">The steps of the whole job from now on.</param>
/// <param name="Step">The step at which the job stood: if it was done there, it is no longer.</param>
internal sealed record ExtensionRecord(long TotalSteps, long Step);
