namespace DistConv.Core.Numerics;

/// <summary>The beta distribution with two equal parameters.</summary>
public static class BetaDistribution
{
    /// <summary>
    /// A number of Beta(α, α), by Jöhnk's method (1964): with u and v uniform, x = log(u) / α and y = log(v) / α, the first pair with e^x + e^y ≤ 1 gives
    /// e^(x − m) / (e^(x − m) + e^(y − m)), where m is the larger of the two. At α = 1 every second pair is taken, below that more.
    /// </summary>
    /// <param name="alpha">α, above 0 and at most 1.</param>
    /// <param name="field">The random words: pair k takes those of index first + 2k and first + 2k + 1, each as (word + ½) · 2⁻³².</param>
    /// <param name="first">Index of the first word.</param>
    /// <param name="sample">The sample or shard of the words.</param>
    /// <param name="step">Their step or epoch.</param>
    /// <returns>In [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException">α is out of range.</exception>
    public static double Symmetric(double alpha, RandomField field, uint first, uint sample, uint step)
    {
        if (!(alpha is > 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "α is above 0 and at most 1");
        for (uint index = first; ; index += 2)
        {
            double x = ExactMath.Log(field.UniformDouble(index, sample, step)) / alpha, y = ExactMath.Log(field.UniformDouble(index + 1, sample, step)) / alpha;
            if (ExactMath.Exp(x) + ExactMath.Exp(y) > 1) continue;
            double larger = x > y ? x : y, ofX = ExactMath.Exp(x - larger), ofY = ExactMath.Exp(y - larger);
            return ofX / (ofX + ofY);
        }
    }
}
