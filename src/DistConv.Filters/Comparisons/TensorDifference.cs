using DistConv.Training.Snapshots;

namespace DistConv.Filters.Comparisons;

/// <summary>By how much two tensors of the same name differ.</summary>
/// <param name="Name">"conv1/kernel".</param>
/// <param name="Role"><see cref="SnapshotTensor.Weight"/>, <see cref="SnapshotTensor.State"/> or <see cref="SnapshotTensor.Slot"/>.</param>
/// <param name="Values">How many values they have.</param>
/// <param name="Different">How many of them have other bits.</param>
/// <param name="MaxAbsolute">max |aᵢ − bᵢ|; NaN or infinite where a value is.</param>
/// <param name="Rms">√(Σ (aᵢ − bᵢ)² / n).</param>
/// <param name="Relative">√(Σ (aᵢ − bᵢ)²) / √(Σ aᵢ²); NaN if all of a and b are zero.</param>
/// <param name="MaxUlps">The largest number of float32 steps between two values; +0 and −0 are one apart.</param>
/// <param name="Mismatch">Null; or why they cannot be compared: one is missing, or the shapes differ. Then the numbers are zero.</param>
public sealed record TensorDifference(
    string Name, string Role, int Values, int Different, double MaxAbsolute, double Rms, double Relative, long MaxUlps, string? Mismatch = null)
{
    /// <summary>Whether every bit is the same.</summary>
    public bool IsEqual => Different == 0 && Mismatch is null;

    /// <summary>Compares two tensors.</summary>
    /// <param name="name">Their name.</param>
    /// <param name="first">a; null if there is none.</param>
    /// <param name="second">b, likewise.</param>
    /// <returns>The difference.</returns>
    internal static TensorDifference Between(string name, SnapshotTensor? first, SnapshotTensor? second)
    {
        if (first is null || second is null) return Incomparable(name, (first ?? second)!.Role, $"only in the {(first is null ? "second" : "first")}");
        if (!first.Shape.SequenceEqual(second.Shape))
            return Incomparable(name, first.Role, $"shape [{string.Join(", ", first.Shape)}] against [{string.Join(", ", second.Shape)}]");
        ReadOnlySpan<float> a = first.Values.Span, b = second.Values.Span;
        int different = 0;
        double largest = 0, squares = 0, norm = 0;
        long ulps = 0;
        for (int i = 0; i < a.Length; i++)
        {
            norm += (double)a[i] * a[i];
            if (BitConverter.SingleToInt32Bits(a[i]) == BitConverter.SingleToInt32Bits(b[i])) continue;
            double delta = Math.Abs((double)a[i] - b[i]);
            different++;
            largest = Math.Max(largest, delta);
            squares += delta * delta;
            ulps = Math.Max(ulps, Math.Abs(Rank(a[i]) - Rank(b[i])));
        }

        return new TensorDifference(name, first.Role, a.Length, different, largest, Math.Sqrt(squares / a.Length), Math.Sqrt(squares / norm), ulps);
    }

    private static TensorDifference Incomparable(string name, string role, string why) => new(name, role, 0, 0, 0, 0, 0, 0, why);

    /// <summary>The place of a value among all values of float32: the next larger value has the next place.</summary>
    private static long Rank(float value)
    {
        int bits = BitConverter.SingleToInt32Bits(value);
        return bits >= 0 ? bits : -1L - (bits & int.MaxValue);
    }
}
