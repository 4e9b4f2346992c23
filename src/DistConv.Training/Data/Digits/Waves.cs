namespace DistConv.Training.Data.Digits;

/// <summary>Periodic functions of the generator. They are polynomials, so that no mathematics library takes part in a pixel.</summary>
internal static class Waves
{
    /// <summary>
    /// A wave of period 1 that follows sin(2πx) within 0.0011: a parabola for each half period, <c>p = 8u − 16u|u|</c> with u in [−½, ½), then
    /// <c>0.775 p + 0.225 p|p|</c>.
    /// </summary>
    /// <param name="x">Periods.</param>
    /// <returns>−1 … 1.</returns>
    public static double Wave(double x)
    {
        double u = x - Math.Floor(x + 0.5);
        double p = (8 * u) - (16 * u * Math.Abs(u));
        return (0.775 * p) + (0.225 * p * Math.Abs(p));
    }
}
