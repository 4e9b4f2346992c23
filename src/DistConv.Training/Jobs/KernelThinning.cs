namespace DistConv.Training.Jobs;

/// <summary>Which pictures of a long training are kept for its animation: evenly spaced ones, by doubling the distance until few enough are left.</summary>
internal static class KernelThinning
{
    /// <summary>Chooses what to keep: the first in each interval of the smallest power-of-two length that leaves at most <paramref name="max"/>, and the
    /// last.</summary>
    /// <param name="steps">Steps in ascending order; a step may occur twice.</param>
    /// <param name="max">How many may stay, at least 2.</param>
    /// <returns>The indices into <paramref name="steps"/> that stay, ascending. All of them when they are few enough.</returns>
    public static List<int> Kept(IReadOnlyList<long> steps, int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 2);
        for (long stride = 1; ; stride *= 2)
        {
            List<int> kept = [];
            for (int i = 0; i < steps.Count; i++)
            {
                if (kept.Count == 0 || steps[i] / stride != steps[kept[^1]] / stride || i == steps.Count - 1)
                {
                    kept.Add(i);
                }
            }

            if (kept.Count <= max)
            {
                return kept;
            }
        }
    }
}
