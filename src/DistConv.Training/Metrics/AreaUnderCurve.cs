namespace DistConv.Training.Metrics;

/// <summary>The area under the receiver operating characteristic (AUC): the share of pairs of a positive and a negative sample in which the positive one has
/// the higher score; equal scores count half. Counted in integers, so it is exact and has no order.</summary>
public static class AreaUnderCurve
{
    /// <summary>Counts.</summary>
    /// <param name="scores">A score for each sample.</param>
    /// <param name="positives">1 for each positive sample, 0 for the others.</param>
    /// <returns>0 … 1; null without a positive or a negative sample, and if a score is NaN.</returns>
    public static double? Of(ReadOnlySpan<float> scores, ReadOnlySpan<byte> positives)
    {
        float[] keys = scores.ToArray();
        byte[] items = positives.ToArray();
        Array.Sort(keys, items);
        if (keys.Length == 0 || float.IsNaN(keys[0])) return null; // NaN sorts first.
        long above = 0, negatives = 0, halves = 0;
        for (int first = 0, end; first < keys.Length; first = end)
        {
            long equalPositives = 0, equalNegatives = 0;
            for (end = first; end < keys.Length && keys[end] == keys[first]; end++)
            {
                if (items[end] != 0) equalPositives++;
                else equalNegatives++;
            }

            halves += equalPositives * ((2 * negatives) + equalNegatives);
            above += equalPositives;
            negatives += equalNegatives;
        }

        return above == 0 || negatives == 0 ? null : halves / (2.0 * above * negatives);
    }
}
