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
        ImageSampling.Gather(new AffineSampling(map, Shape, FillMode.Reflect, Interpolation.Bilinear), source, 0f, Shape, destination);
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
