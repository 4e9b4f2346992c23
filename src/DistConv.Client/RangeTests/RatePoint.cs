namespace DistConv.Client.RangeTests;

/// <summary>A step of a range test.</summary>
/// <param name="Step">The step, from 0.</param>
/// <param name="Rate">Its learning rate.</param>
/// <param name="Loss">Mean loss of its samples, with the weights before it.</param>
/// <param name="Smoothed">A running mean of the losses: see <see cref="RateCurve"/>.</param>
internal sealed record RatePoint(long Step, double Rate, double Loss, double Smoothed);
