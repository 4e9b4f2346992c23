using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Equality of kernels: bit for bit, so that +0 differs from −0; any NaN equals any NaN (payloads are the processor's affair).</summary>
internal static class SameBits
{
    /// <summary>Whether two values are the same.</summary>
    public static bool Are(float expected, float actual) =>
        BitConverter.SingleToUInt32Bits(expected) == BitConverter.SingleToUInt32Bits(actual) || (float.IsNaN(expected) && float.IsNaN(actual));

    /// <summary>Asserts that two blocks are the same.</summary>
    public static void Check(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string what)
    {
        Assert.True(expected.Length == actual.Length, $"{what}: {expected.Length} values expected, got {actual.Length}");
        for (int i = 0; i < expected.Length; i++)
        {
            if (!Are(expected[i], actual[i])) Assert.Fail($"{what}: value {i} of {expected.Length} should be {Text(expected[i])}, got {Text(actual[i])}");
        }
    }

    private static string Text(float value) => $"{value:R} (0x{BitConverter.SingleToUInt32Bits(value):x8})";
}
