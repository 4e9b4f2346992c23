using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>
/// <c>y[h, w] = x[h + top, w + left]</c> with top = ⌊word 0 · (2 p + 1) / 2³²⌋ − p, and left likewise of word 1; +0 outside: a border of p pixels, and a window
/// of the picture's size at a random place.
/// </summary>
/// <param name="shape">The pictures' shape.</param>
/// <param name="pixels">p.</param>
/// <param name="field">Its random words.</param>
internal sealed unsafe class CropVariation(TensorShape shape, int pixels, RandomField field) : PictureVariation(shape)
{
    /// <inheritdoc/>
    public override bool Moves => true;

    /// <inheritdoc/>
    public override void Apply(uint sample, uint epoch, float* source, float* destination)
    {
        int top = Below(field.UInt32(0, sample, epoch), (2 * pixels) + 1) - pixels, left = Below(field.UInt32(1, sample, epoch), (2 * pixels) + 1) - pixels;
        int row = Shape.Width * Shape.Channels, move = left * Shape.Channels;
        int before = move < 0 ? -move : 0, kept = row - (move < 0 ? -move : move);
        for (int h = 0; h < Shape.Height; h++, destination += row)
        {
            Span<float> to = new(destination, row);
            if ((uint)(h + top) >= (uint)Shape.Height || kept <= 0)
            {
                to.Clear();
                continue;
            }

            float* from = source + ((long)(h + top) * row) + (move > 0 ? move : 0);
            to[..before].Clear();
            new ReadOnlySpan<float>(from, kept).CopyTo(to[before..]);
            to[(before + kept)..].Clear();
        }
    }
}
