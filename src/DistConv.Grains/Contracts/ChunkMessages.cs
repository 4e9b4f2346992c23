namespace DistConv.Grains.Contracts;

/// <summary>Asks for a chunk of a gradient that was applied.</summary>
/// <param name="Job">The job id.</param>
/// <param name="Fence">The coordinator's claim.</param>
/// <param name="Step">The step.</param>
/// <param name="First">The first parameter.</param>
/// <param name="Count">How many.</param>
[GenerateSerializer]
[Immutable]
[Alias("DistConv.GradientChunkRequest")]
public sealed record GradientChunkRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] long Fence,
    [property: Id(2)] long Step,
    [property: Id(3)] int First,
    [property: Id(4)] int Count);
