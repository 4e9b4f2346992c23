namespace DistConv.Core.Tests.Kernels;

/// <summary>Deterministic operands in which every special value turns up.</summary>
internal static class TestData
{
    private static readonly float[] FiniteSpecials =
        [0f, -0f, float.Epsilon, -float.Epsilon, 1e-40f, -1e-40f, 1e-25f, -1e-25f, 1f, -1f, 1e18f, -1e18f];

    private static readonly float[] WildSpecials = [float.NaN, float.PositiveInfinity, float.NegativeInfinity, float.MaxValue, -float.MaxValue];

    /// <summary>Values in (−2, 2); about one of six is ±0, denormal, tiny or huge; half of the values have few bits, so that ties and exact zeros turn
    /// up.</summary>
    public static float[] Finite(int count, int seed)
    {
        var random = new TestRandom(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            uint kind = random.Next() % 12;
            values[i] = kind switch
            {
                < 2 => FiniteSpecials[random.Next() % FiniteSpecials.Length],
                < 7 => ((int)(random.Next() % 33) - 16) / 8f,
                _ => random.Signed() * 2f,
            };
        }

        return values;
    }

    /// <summary>As <see cref="Finite"/>, with a NaN, an infinity or a value that overflows here and there: at least one, about one in 500.</summary>
    public static float[] Wild(int count, int seed)
    {
        float[] values = Finite(count, seed);
        if (count == 0) return values;
        var random = new TestRandom(~seed);
        for (int i = 0; i <= count / 500; i++) values[random.Next() % count] = WildSpecials[random.Next() % WildSpecials.Length];
        return values;
    }

    /// <summary>Values in (−1, 1) without specials, for comparisons with a tolerance.</summary>
    public static float[] Smooth(int count, int seed)
    {
        var random = new TestRandom(seed);
        var values = new float[count];
        for (int i = 0; i < count; i++) values[i] = random.Signed();
        return values;
    }

    /// <summary>The same as doubles.</summary>
    public static double[] ToDouble(ReadOnlySpan<float> values)
    {
        var result = new double[values.Length];
        for (int i = 0; i < values.Length; i++) result[i] = values[i];
        return result;
    }
}

/// <summary>SplitMix64 (Steele, Lea and Flood 2014): the tests' own, independent of what they test.</summary>
internal struct TestRandom(int seed)
{
    private ulong _state = unchecked((ulong)seed * 0xD1342543DE82EF95UL);

    public uint Next()
    {
        _state += 0x9E3779B97F4A7C15UL;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return (uint)((z ^ (z >> 31)) >> 32);
    }

    /// <summary>Uniform in [−1, 1).</summary>
    public float Signed() => ((Next() >> 8) * (2f / (1 << 24))) - 1f;
}
