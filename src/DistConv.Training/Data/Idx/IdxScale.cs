using System.Buffers.Binary;
using System.Globalization;
using DistConv.Core;

namespace DistConv.Training.Data.Idx;

/// <summary>
/// How values of an IDX file become bytes: v becomes 255 (v − low) / (high − low), rounded, halves away from zero, and clamped to 0 … 255. Whole numbers in 0 …
/// 255 stay what they are, and fractions in 0 … 1 are multiplied by 255; anything else is stretched from the least to the greatest value of the training
/// images.
/// </summary>
/// <param name="Low">What becomes 0.</param>
/// <param name="High">What becomes 255.</param>
internal readonly record struct IdxScale(double Low, double High)
{
    /// <summary>The scale for the values of a training file.</summary>
    /// <param name="values">The file's values, big-endian.</param>
    /// <param name="type">Their type.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidInputException">A value is not finite.</exception>
    public static IdxScale Of(ReadOnlySpan<byte> values, byte type, string path)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int at = 0; at < values.Length / IdxFile.ElementSize(type); at++)
        {
            double value = Value(values, type, at, path);
            if (value < low) low = value;
            if (value > high) high = value;
        }

        bool isReal = type is IdxFile.Float or IdxFile.Double;
        return low >= 0 && high <= (isReal ? 1 : byte.MaxValue) ? new IdxScale(0, isReal ? 1 : byte.MaxValue)
            : new IdxScale(low, high > low ? high : low + 1);
    }

    /// <summary>Converts the values of a file.</summary>
    /// <param name="values">The file's values, big-endian.</param>
    /// <param name="type">Their type.</param>
    /// <param name="path">The file, for messages.</param>
    /// <exception cref="InvalidInputException">A value is not finite.</exception>
    public byte[] Apply(ReadOnlySpan<byte> values, byte type, string path)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(values.Length / IdxFile.ElementSize(type));
        for (int at = 0; at < pixels.Length; at++)
        {
            double scaled = byte.MaxValue * (Value(values, type, at, path) - Low) / (High - Low);
            pixels[at] = (byte)double.Clamp(Math.Round(scaled, MidpointRounding.AwayFromZero), 0, byte.MaxValue);
        }

        return pixels;
    }

    /// <summary>"0 … 1".</summary>
    /// <returns>Both ends.</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low} … {High}");

    /// <summary>A value of a file.</summary>
    /// <param name="values">The file's values, big-endian.</param>
    /// <param name="type">Their type.</param>
    /// <param name="at">Which one.</param>
    public static double Decode(ReadOnlySpan<byte> values, byte type, int at) => type switch
    {
        IdxFile.UnsignedByte => values[at],
        IdxFile.SignedByte => (sbyte)values[at],
        IdxFile.Short => BinaryPrimitives.ReadInt16BigEndian(values[(2 * at)..]),
        IdxFile.Int => BinaryPrimitives.ReadInt32BigEndian(values[(4 * at)..]),
        IdxFile.Float => BinaryPrimitives.ReadSingleBigEndian(values[(4 * at)..]),
        IdxFile.Double => BinaryPrimitives.ReadDoubleBigEndian(values[(8 * at)..]),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no type of IDX values"),
    };

    private static double Value(ReadOnlySpan<byte> values, byte type, int at, string path) => Decode(values, type, at) is var value && double.IsFinite(value)
        ? value
        : throw new InvalidInputException($"'{path}' has {value} as value {at}; pixels must be finite numbers");
}
