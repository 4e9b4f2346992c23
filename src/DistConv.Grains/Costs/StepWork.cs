namespace DistConv.Grains.Costs;

/// <summary>What a step costs one silo that trains alone on its machine, with the threads that each silo is to have.</summary>
/// <param name="ComputeMs">Milliseconds of the forward and backward pass of all shards.</param>
/// <param name="UpdateMs">Milliseconds of the update.</param>
public readonly record struct StepWork(double ComputeMs, double UpdateMs);
