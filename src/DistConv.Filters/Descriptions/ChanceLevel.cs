using DistConv.Core.Initializers;

namespace DistConv.Filters.Descriptions;

/// <summary>
/// How structured untrained filters look by chance. Every filter is tested for many families, so its most surprising family is compared with the most
/// surprising ones of filters that the layer's own initialiser draws: the smallest p-value of several tests is itself a statistic, and its distribution is
/// simulated (Westfall and Young, Resampling-Based Multiple Testing, 1993). That holds for uniform weights too, which lie in even patterns such as a mean more
/// often than normal ones do.
/// </summary>
public sealed class ChanceLevel
{
    /// <summary>The level at which filters are called structured: of untrained ones 5 % are.</summary>
    public const double Level = 0.05;

    private const int MostDraws = 9_999, FewestDraws = 1_999, DrawsAtOnce = 100;
    private const double Operations = 4e8;

    /// <summary>Key of the draws, another than that of any job that is likely.</summary>
    private const ulong Seed = 0x7A5C_31D0_9E4B_F268;

    private readonly double[] _logTails;

    private ChanceLevel(double[] sorted, string distribution) => (_logTails, Distribution) = (sorted, distribution);

    /// <summary>What was drawn, for people.</summary>
    public string Distribution { get; }

    /// <summary>How many filters were drawn: no p-value is smaller than 1 / (draws + 1).</summary>
    public int Draws => _logTails.Length;

    /// <summary>Simulates it. Constant initial values, which have no chance in them, are replaced by normal ones.</summary>
    /// <param name="initializer">The layer's initialiser.</param>
    /// <param name="kH">Kernel rows.</param>
    /// <param name="kW">Kernel columns.</param>
    /// <param name="inC">Planes of a filter, of which the principal one is tested.</param>
    /// <param name="fanIn">The layer's.</param>
    /// <param name="fanOut">The layer's.</param>
    /// <returns>The distribution.</returns>
    public static ChanceLevel Simulate(InitializerSpec initializer, int kH, int kW, int inC, int fanIn, int fanOut)
    {
        ArgumentNullException.ThrowIfNull(initializer);
        InitializerSpec drawn = initializer.Name is "zeros" or "ones" or "constant" ? new InitializerSpec("random_normal") : initializer;
        IReadOnlyList<StructureFamily> families = StructureFamily.For(kH, kW);
        int taps = kH * kW, length = taps * inC;
        double cost = (families.Sum(family => family.Dimensions) * (double)taps) + (inC > 1 ? ((double)length * taps) + (100.0 * taps * taps) : 0);
        int draws = (int)Math.Clamp(Operations / cost, FewestDraws, MostDraws);
        var logTails = new double[draws];
        var values = new float[length * DrawsAtOnce];
        for (int draw = 0; draw < draws; draw++)
        {
            int place = draw % DrawsAtOnce;
            if (place == 0) Initializer.Fill(drawn, values, fanIn, fanOut, Seed + (ulong)(draw / DrawsAtOnce), layer: 0);
            PrincipalPlane principal = PrincipalPlane.Of(Algebra.Of(values.AsSpan(place * length, length)), taps);
            logTails[draw] = StructureFamily.Best(families, principal.Values)?.LogTail ?? 0;
        }

        Array.Sort(logTails);
        return new ChanceLevel(logTails, Initializer.Describe(drawn, fanIn, fanOut));
    }

    /// <summary>The share of untrained filters that look at least as structured: (1 + how many did) / (1 + how many were drawn), which is never 0.</summary>
    /// <param name="logTail">The filter's smallest ln p.</param>
    internal double PValue(double logTail)
    {
        int low = 0, high = _logTails.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_logTails[middle] <= logTail) low = middle + 1;
            else high = middle;
        }

        return (1.0 + low) / (1.0 + _logTails.Length);
    }
}
