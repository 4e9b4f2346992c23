using DistConv.Core.Shapes;

namespace DistConv.Images.Folders;

/// <summary>Which size of pictures to train on, for messages: what cameras give is too large for a network on CPUs.</summary>
internal static class SizeSuggestion
{
    private static readonly int[] _sides = [64, 32, 16, 8];

    /// <summary>What to say about pictures of different sizes.</summary>
    /// <param name="root">Their folder.</param>
    /// <param name="height">Rows of those that have the first one's size.</param>
    /// <param name="width">Their columns.</param>
    /// <param name="count">How many these are.</param>
    /// <param name="others">The sizes of the others.</param>
    public static string ForDifferent(string root, int height, int width, int count, IReadOnlyDictionary<string, (int Height, int Width)> others)
    {
        (int Height, int Width)[] sizes = [.. Enumerable.Repeat((height, width), count), .. others.Values];
        (int Height, int Width)[] ordered = [.. sizes.OrderBy(size => (long)size.Height * size.Width).ThenBy(size => size.Height)];
        int side = Of(sizes);
        return $"the pictures of '{root}' have {sizes.Distinct().Count():N0} different sizes, from {ordered[0].Height} × {ordered[0].Width} to "
            + $"{ordered[^1].Height} × {ordered[^1].Width} (rows × columns): set the image size; {side}x{side} is a good one to begin with";
    }

    /// <summary>The side of a square that suits pictures of different sizes: by the median of their shorter sides.</summary>
    /// <param name="sizes">Their sizes, one at least.</param>
    public static int Of(IReadOnlyCollection<(int Height, int Width)> sizes)
    {
        int[] shorter = [.. sizes.Select(size => int.Min(size.Height, size.Width)).Order()];
        return Side(shorter[shorter.Length / 2]);
    }

    /// <summary>What to say about pictures that do not fit into a split.</summary>
    /// <param name="count">How many there are.</param>
    /// <param name="shape">Their size.</param>
    public static string ForTooLarge(int count, TensorShape shape)
    {
        int side = Side(int.Min(shape.Height, shape.Width));
        return $"{count:N0} pictures of {shape} are {(long)count * shape.Size >> 20:N0} MB, and one split has at most {Array.MaxLength >> 20:N0}: set a "
            + $"smaller image size; {side}x{side} is a good one to begin with";
    }

    /// <summary>The largest of a few sides that is not above the pictures' own.</summary>
    private static int Side(int shorter) => _sides.FirstOrDefault(side => side <= shorter, _sides[^1]);
}
