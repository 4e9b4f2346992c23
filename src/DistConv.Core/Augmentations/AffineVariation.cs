using System.Runtime.CompilerServices;
using DistConv.Core.Layers.Augmentation;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>
/// Neighbours of a list that mirror, move, turn and scale: their maps are composed, so a picture is sampled once, and outside it is its mirror image. Where all
/// of them mirror, pixels are copied.
/// </summary>
internal sealed unsafe class AffineVariation : PictureVariation
{
    private const uint Half = 1u << 31;

    private readonly Part[] _parts;
    private readonly bool _onlyMirrors;

    /// <param name="list">The job's list.</param>
    /// <param name="first">Place of the first of the neighbours.</param>
    /// <param name="count">How many they are.</param>
    /// <param name="shape">The pictures' shape.</param>
    /// <param name="seed">The job's seed.</param>
    public AffineVariation(IReadOnlyList<AugmentationSpec> list, int first, int count, TensorShape shape, ulong seed)
        : base(shape)
    {
        _parts = [.. Enumerable.Range(first, count).Select(place => new Part(list[place], Field(seed, place)))];
        _onlyMirrors = _parts.All(part => part.Mirrors);
    }

    /// <inheritdoc/>
    public override bool Moves => true;

    /// <inheritdoc/>
    public override void Apply(uint sample, uint epoch, float* source, float* destination)
    {
        if (_onlyMirrors)
        {
            bool horizontal = false, vertical = false;
            foreach (Part part in _parts)
            {
                bool isMirrored = part.IsMirrored(sample, epoch);
                horizontal ^= isMirrored && !part.IsVertical;
                vertical ^= isMirrored && part.IsVertical;
            }

            Mirroring.Copy(Shape, horizontal, vertical, source, destination);
            return;
        }

        AffineMap map = _parts[0].Draw(Shape, sample, epoch);
        for (int i = 1; i < _parts.Length; i++) map = map.Behind(_parts[i].Draw(Shape, sample, epoch));
        Sample(map, source, destination);
    }

    /// <summary>The bits of <see cref="ImageSampling.Gather"/>: where all four pixels are inside, which is nearly everywhere, they are read at once. A pixel of
    /// weight 0, which that leaves out, adds +0 to a chain that is not negative.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Sample(AffineMap map, float* source, float* destination)
    {
        AffineSampling sampling = new(map, Shape, FillMode.Reflect, Interpolation.Bilinear);
        (int height, int width, int channels) = (Shape.Height, Shape.Width, Shape.Channels);
        for (int h = 0; h < height; h++)
        {
            sampling.Row(h);
            for (int w = 0; w < width; w++, destination += channels)
            {
                (double row, double column) = sampling.PlaceOf(w);
                double up = Math.Floor(row), left = Math.Floor(column);
                if (!(up >= 0 && up < height - 1 && left >= 0 && left < width - 1))
                {
                    sampling.At(w).Gather(source, 0f, channels, destination);
                    continue;
                }

                double lower = row - up, upper = 1 - lower, right = column - left, rest = 1 - right;
                float w00 = (float)(upper * rest), w01 = (float)(upper * right), w10 = (float)(lower * rest), w11 = (float)(lower * right);
                float* above = source + ((((int)up * width) + (int)left) * channels), below = above + (width * channels);
                for (int c = 0; c < channels; c++)
                {
                    float sum = MathF.FusedMultiplyAdd(w01, above[c + channels], MathF.FusedMultiplyAdd(w00, above[c], 0f));
                    destination[c] = MathF.FusedMultiplyAdd(w11, below[c + channels], MathF.FusedMultiplyAdd(w10, below[c], sum));
                }
            }
        }
    }

    /// <param name="Entry">The entry.</param>
    /// <param name="Field">Its random words.</param>
    private sealed record Part(AugmentationSpec Entry, RandomField Field)
    {
        private readonly FactorRange _range = new(-Entry.Amount, Entry.Amount);

        public bool Mirrors { get; } = Entry.Name is "flip" or "vflip";

        public bool IsVertical { get; } = Entry.Name == "vflip";

        public bool IsMirrored(uint sample, uint epoch) => Field.UInt32(0, sample, epoch) < Half;

        public AffineMap Draw(TensorShape shape, uint sample, uint epoch)
        {
            if (Mirrors) return IsMirrored(sample, epoch) ? AffineMap.Scaling(IsVertical ? -1 : 1, IsVertical ? 1 : -1) : AffineMap.Scaling(1, 1);
            double first = _range.At(Field.UInt32(0, sample, epoch));
            return Entry.Name switch
            {
                "shift" => AffineMap.Translation(shape, first, _range.At(Field.UInt32(1, sample, epoch))),
                "rotate" => AffineMap.Rotation(first / 360),
                "zoom" => AffineMap.Scaling(1 + first, 1 + first),
                _ => throw new InvalidOperationException($"augmentation '{Entry.Name}' is no affine map"),
            };
        }
    }
}
