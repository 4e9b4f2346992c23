namespace DistConv.Training.Metrics;

/// <summary>Duration of a step's phases, in milliseconds.</summary>
/// <param name="Compute">Forward and backward pass, on the slowest silo.</param>
/// <param name="Exchange">Gradients on their way, beyond the computation.</param>
/// <param name="Reduce">The coordinator's share of the tree, and the finite check.</param>
/// <param name="Update">The optimizer.</param>
/// <param name="ExchangedBytes">Bytes that left a process.</param>
public readonly record struct StepTiming(double Compute, double Exchange, double Reduce, double Update, long ExchangedBytes = 0);
