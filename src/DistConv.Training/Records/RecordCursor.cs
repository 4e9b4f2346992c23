using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DistConv.Core;

namespace DistConv.Training.Records;

/// <summary>A position in a job's record: just after a line, or, as the default, before the first one. Readers get it from a page and hand it back; its
/// parts are the store's business.</summary>
/// <param name="Fence">The claim under which the segment was written; 0 only at the beginning.</param>
/// <param name="Segment">Number of the segment under that claim, from 1; 0 only at the beginning.</param>
/// <param name="Offset">Bytes of the segment before the position.</param>
public readonly record struct RecordCursor(long Fence, long Segment, long Offset)
{
    private const int Parts = 3;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">Three numbers with '-' between them, such as "2-1-8192".</param>
    /// <returns>The position.</returns>
    /// <exception cref="InvalidInputException">The text is not a position.</exception>
    public static RecordCursor Parse(string text) => TryParse(text, out RecordCursor cursor)
        ? cursor
        : throw new InvalidInputException(
            $"'{text}' is not a position in a job's record: use one that a page of it gave, such as '2-1-8192', or '{default(RecordCursor)}' to begin");

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="cursor">The position; the beginning if the text is not one.</param>
    /// <returns>Whether the text is a position.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out RecordCursor cursor)
    {
        cursor = default;
        if (text?.Split('-') is not { Length: Parts } parts) return false;
        if (!TryParsePart(parts[0], out long fence) || !TryParsePart(parts[1], out long segment) || !TryParsePart(parts[2], out long offset)) return false;
        cursor = new RecordCursor(fence, segment, offset);
        return true;
    }

    /// <summary>The position as text, for links and event ids.</summary>
    /// <returns>For example "2-1-8192".</returns>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Fence}-{Segment}-{Offset}");

    private static bool TryParsePart(string text, out long value) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
