using System.Buffers.Binary;
using System.Security.Cryptography;
using Xunit;

namespace DistConv.Core.Tests.Numerics;

/// <summary>Comparing doubles in units in the last place, and pinning their bits.</summary>
internal static class Ulps
{
    /// <summary>Asserts that a result is within some units in the last place of a reference.</summary>
    public static void AssertClose(double expected, double actual, double ulps, string what)
    {
        if (double.IsNaN(expected) || double.IsInfinity(expected) || expected == 0)
            Assert.Equal(expected, actual);
        else
            Assert.True(Math.Abs(actual - expected) <= ulps * Unit(expected), $"{what}: expected {expected:R}, got {actual:R}");
    }

    /// <summary>The distance from a value's magnitude to the next larger double.</summary>
    private static double Unit(double value) => Math.BitIncrement(Math.Abs(value)) - Math.Abs(value);

    /// <summary>The first 128 bits of the SHA-256 of the little-endian bits, in hexadecimal.</summary>
    public static string Digest(IEnumerable<double> values)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bytes = new byte[8];
        foreach (double value in values)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..32];
    }

    /// <summary>Equally spaced points, both ends included.</summary>
    public static IEnumerable<double> Grid(double lo, double hi, int count) =>
        Enumerable.Range(0, count).Select(i => lo + (hi - lo) * i / (count - 1));
}
