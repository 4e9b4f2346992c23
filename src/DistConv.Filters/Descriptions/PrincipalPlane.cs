namespace DistConv.Filters.Descriptions;

/// <summary>
/// The spatial pattern of a filter with several input channels: the plane p and the channel weights a for which a ⊗ p is the filter's best approximation of
/// rank 1 (Eckart and Young, 1936). It takes all channels into account, with their signs, where the strongest plane alone would leave out what the others have
/// in common with it. With one channel it is the kernel itself.
/// </summary>
/// <param name="Values">kH · kW numbers; their norm is the first singular value. The channel weights' sum is positive.</param>
/// <param name="Share">The share of the filter's energy that it explains, 0 … 1.</param>
/// <param name="Channels">The weight of each input channel, of norm 1.</param>
internal sealed record PrincipalPlane(double[] Values, double Share, double[] Channels)
{
    /// <summary>Finds it.</summary>
    /// <param name="filter">Planes one after another.</param>
    /// <param name="taps">Numbers of a plane.</param>
    public static PrincipalPlane Of(double[] filter, int taps)
    {
        int inC = filter.Length / taps;
        double total = Algebra.Energy(filter);
        if (inC == 1 || total == 0 || !double.IsFinite(total)) return new PrincipalPlane(filter[..taps], inC == 1 ? 1 : 0, [1, .. new double[inC - 1]]);
        (double energy, double[] right) = Algebra.LargestSingular(filter, taps);
        double singular = Math.Sqrt(energy);
        double[] channels = [.. Enumerable.Range(0, inC).Select(ic => Algebra.Dot(filter.AsSpan(ic * taps, taps), right) / singular)];
        double sign = channels.Sum() < 0 ? -1 : 1;
        return new PrincipalPlane(
            [.. right.Select(value => sign * singular * value)], Math.Min(1, energy / total), [.. channels.Select(value => sign * value)]);
    }
}
