using System.Diagnostics;

namespace DistConv.Training.Metrics;

/// <summary>When something began and ended, by the process's monotonic clock (<see cref="Stopwatch.GetTimestamp"/>).</summary>
/// <param name="Start">The beginning.</param>
/// <param name="End">The end; equal to the beginning if there was nothing.</param>
public readonly record struct PhaseSpan(long Start, long End)
{
    /// <summary>How long it took.</summary>
    public double Milliseconds => Stopwatch.GetElapsedTime(Start, End).TotalMilliseconds;
}

/// <summary>When a step's phases began and ended, for traces.</summary>
/// <param name="Compute">Forward and backward pass, on the slowest silo.</param>
/// <param name="Exchange">Gradients on their way, beyond the computation.</param>
/// <param name="Reduce">The coordinator's share of the tree, and the finite check.</param>
/// <param name="Update">The optimizer: in a cluster, with the gradient of the step before.</param>
public readonly record struct PhaseSpans(PhaseSpan Compute, PhaseSpan Exchange, PhaseSpan Reduce, PhaseSpan Update);
