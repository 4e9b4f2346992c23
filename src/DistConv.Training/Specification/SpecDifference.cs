namespace DistConv.Training.Specification;

/// <summary>A setting in which two specifications differ.</summary>
/// <param name="Field">Its name in JSON: "optimizer.learningRate".</param>
/// <param name="First">The one's value in JSON; "null" if it has none.</param>
/// <param name="Second">The other's.</param>
public sealed record SpecDifference(string Field, string First, string Second);
