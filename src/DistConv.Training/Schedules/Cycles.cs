using DistConv.Core.Numerics;

namespace DistConv.Training.Schedules;

/// <summary>Schedules in which the rate also rises, as fractions of the full rate: pure functions in double, without the platform's mathematics.</summary>
public static class Cycles
{
    /// <summary>
    /// One rise and one fall along cosines: with p = a·T − 1, from b at step 0 to 1 at step p, and from there to m at step T − 1. Between two fractions x and
    /// y the rate is y + (x − y) · ½ (1 + cos(π q)), q being the share of the way. Smith and Topin 2018 (arXiv:1708.07120), in the form of PyTorch's
    /// OneCycleLR with cosine annealing and two phases; the momentum stays as it is.
    /// </summary>
    /// <param name="step">The step, from 0; from T − 1 on the fraction is m.</param>
    /// <param name="steps">T, ≥ 1.</param>
    /// <param name="peakAt">a, above 0 and below 1.</param>
    /// <param name="startFraction">b.</param>
    /// <param name="lastFraction">m.</param>
    /// <returns>A fraction.</returns>
    public static double OneCycle(long step, long steps, double peakAt, double startFraction, double lastFraction)
    {
        double peak = (peakAt * steps) - 1;
        if (step < peak) return Anneal(startFraction, 1, step / peak);
        double fall = steps - 1 - peak;
        return step >= steps - 1 ? lastFraction : Anneal(1, lastFraction, (step - peak) / fall);
    }

    /// <summary>
    /// The cosine again and again: m + (1 − m) · ½ (1 + cos(π t / Tᵢ)), t being the steps since the last restart, and Tᵢ = T · gⁱ the length of cycle i.
    /// Loshchilov and Hutter 2017 (SGDR, arXiv:1608.03983), equation 5. It does not depend on how long the job is.
    /// </summary>
    /// <param name="step">The step, from 0; steps of a warm-up do not count, so below 0 the fraction is 1.</param>
    /// <param name="firstSteps">T, ≥ 1.</param>
    /// <param name="growth">g, ≥ 1.</param>
    /// <param name="minFraction">m.</param>
    /// <returns>A fraction.</returns>
    public static double Restarts(long step, long firstSteps, int growth, double minFraction)
    {
        if (step <= 0) return 1;
        long length = firstSteps, since = growth == 1 ? step % firstSteps : step;
        while (since >= length)
        {
            since -= length;
            if (length > long.MaxValue / growth) break; // Longer than any job.
            length *= growth;
        }

        return Schedule.Cosine(since, length, minFraction);
    }

    /// <summary>b^(1 − s / (T − 1)): rises by the same factor with every step, to the full rate at the last. The range test of Smith 2015
    /// (arXiv:1506.01186), with an exponential rise.</summary>
    /// <param name="step">s, from 0.</param>
    /// <param name="steps">T, ≥ 1.</param>
    /// <param name="startFraction">b, above 0.</param>
    /// <returns>A fraction.</returns>
    public static double Range(long step, long steps, double startFraction) =>
        step >= steps - 1 ? 1 : ExactMath.Pow(startFraction, 1 - ((double)step / (steps - 1)));

    private static double Anneal(double from, double to, double share) => to + ((from - to) * (0.5 * (1 + ExactMath.Cos(double.Pi * share))));
}
