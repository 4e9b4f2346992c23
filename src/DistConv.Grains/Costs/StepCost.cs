namespace DistConv.Grains.Costs;

/// <summary>The terms of a step's predicted wall time, in milliseconds.</summary>
/// <param name="Compute">Forward and backward pass of the silo with the most shards.</param>
/// <param name="Slowdown">By how much the exchange's processor time prolongs the computation, where it has no core of its own.</param>
/// <param name="Exposed">What the exchange still needs when the backward pass has ended.</param>
/// <param name="Update">The update, which every silo does for all weights.</param>
/// <param name="Call">The end of a step and the call of the next.</param>
public readonly record struct StepCost(double Compute, double Slowdown, double Exposed, double Update, double Call)
{
    /// <summary>The step.</summary>
    public double Total => Compute + Slowdown + Exposed + Update + Call;
}
