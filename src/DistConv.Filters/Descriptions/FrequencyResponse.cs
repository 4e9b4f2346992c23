namespace DistConv.Filters.Descriptions;

/// <summary>|H(f)| of a plane, H(fx, fy) = Σ w[y, x] e^(−2πi (fx x + fy y)), on a grid of 1/32 cycles a pixel.</summary>
/// <param name="DominantX">Cycles a pixel to the right at the largest |H|, 0 … 0.5.</param>
/// <param name="DominantY">Cycles a pixel upwards there, −0.5 … 0.5.</param>
/// <param name="Largest">The largest |H|.</param>
/// <param name="AtZero">|H(0)| = |Σ w|: what an even picture gives.</param>
/// <param name="Pass">"low-pass" (largest below 1/8 cycle a pixel), "high-pass" (above 3/8), "band-pass", or "all-pass" (all within 10 %).</param>
public sealed record FrequencyResponse(double DominantX, double DominantY, double Largest, double AtZero, string Pass)
{
    private const int Grid = 32;

    /// <summary>Cycles a pixel at the largest |H|.</summary>
    public double Dominant => Math.Sqrt((DominantX * DominantX) + (DominantY * DominantY));

    internal static FrequencyResponse Of(double[] plane, int kH, int kW)
    {
        double largest = -1, smallest = double.PositiveInfinity, atX = 0, atY = 0;
        for (int u = 0; u <= Grid / 2; u++)
        {
            for (int v = (-Grid / 2) + 1; v <= Grid / 2; v++)
            {
                double magnitude = Magnitude(plane, kH, kW, u / (double)Grid, v / (double)Grid);
                smallest = Math.Min(smallest, magnitude);

                // Equal but for rounding: the lower frequency stays.
                if (magnitude <= largest * (1 + 1e-9)) continue;
                (largest, atX, atY) = (magnitude, u / (double)Grid, v / (double)Grid);
            }
        }

        double dominant = Math.Sqrt((atX * atX) + (atY * atY));
        string pass = smallest > 0.9 * largest ? "all-pass" : dominant < 0.125 ? "low-pass" : dominant > 0.375 ? "high-pass" : "band-pass";
        return new FrequencyResponse(atX, atY, largest, Math.Abs(plane.Sum()), pass);
    }

    private static double Magnitude(double[] plane, int kH, int kW, double fx, double fy)
    {
        double real = 0, imaginary = 0;
        for (int kh = 0; kh < kH; kh++)
        {
            for (int kw = 0; kw < kW; kw++)
            {
                (double sin, double cos) = Math.SinCos(2 * Math.PI * ((fx * kw) - (fy * kh)));
                real += plane[(kh * kW) + kw] * cos;
                imaginary -= plane[(kh * kW) + kw] * sin;
            }
        }

        return Math.Sqrt((real * real) + (imaginary * imaginary));
    }
}
