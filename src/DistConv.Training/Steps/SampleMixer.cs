using DistConv.Core.Augmentations;
using DistConv.Core.Layers.Sampling;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <summary>
/// mixup and cutmix: the samples of a shard are mixed with each other. What is drawn is a function of seed, place in the list, shard and step
/// (docs/numerics.md, rule 16); if a list has both, each shard and step has one of them.
/// </summary>
internal sealed unsafe class SampleMixer
{
    private const uint Half = 1u << 31;
    private const uint CentreWord = 1, ShareWord = 4;

    private readonly TensorShape _shape;
    private readonly RandomField _partners;
    private readonly Entry[] _entries;

    private SampleMixer(Entry[] entries, TensorShape shape, ulong seed)
    {
        _entries = entries;
        _shape = shape;
        _partners = new RandomField(seed, RandomPurpose.SampleMixing);
    }

    /// <summary>The mixer of a list.</summary>
    /// <param name="list">The job's augmentations.</param>
    /// <param name="shape">The samples' shape.</param>
    /// <param name="seed">The job's seed.</param>
    /// <returns>Null if nothing in the list mixes.</returns>
    public static SampleMixer? Of(IReadOnlyList<AugmentationSpec> list, TensorShape shape, ulong seed)
    {
        Entry[] entries =
        [
            .. list.Select((entry, place) => (entry, place)).Where(pair => AugmentationTypes.Find(pair.entry.Name) is { Mixes: true })
                .Select(pair => new Entry(pair.entry.Name == "cutmix", pair.entry.Amount, new RandomField(seed, RandomPurpose.SampleMixing, 1 + pair.place))),
        ];
        return entries.Length == 0 ? null : new SampleMixer(entries, shape, seed);
    }

    /// <summary>Who is mixed with whom: a permutation of a shard's samples of a step.</summary>
    /// <param name="partners">Gets each one's partner, from 0.</param>
    /// <param name="shard">The shard.</param>
    /// <param name="step">The step.</param>
    public void DrawPartners(Span<int> partners, int shard, uint step)
    {
        for (int i = 0; i < partners.Length; i++) partners[i] = i;
        SamplePermutation.Shuffle(partners, _partners, (uint)shard, step);
    }

    /// <summary>How the samples of a shard are mixed in a step.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="step">The step.</param>
    public SampleMix Draw(int shard, uint step)
    {
        Entry entry = _entries.Length > 1 && _entries[0].Field.UInt32(0, (uint)shard, step) >= Half ? _entries[1] : _entries[0];
        double share = BetaDistribution.Symmetric(entry.Alpha, entry.Field, ShareWord, (uint)shard, step);
        if (!entry.IsCut) return new SampleMix((float)share, null);
        double side = double.Sqrt(1 - share);
        (int top, int height) = Side(side, _shape.Height, entry.Field.UInt32(CentreWord, (uint)shard, step));
        (int left, int width) = Side(side, _shape.Width, entry.Field.UInt32(CentreWord + 1, (uint)shard, step));
        double pixels = (double)_shape.Height * _shape.Width;
        return new SampleMix((float)((pixels - ((double)height * width)) / pixels), new ImageWindow(top, left, height, width));
    }

    /// <summary>Mixes a sample with another one: <c>fma(share, x, (1 − share) · x')</c>, or x with a window of x'.</summary>
    /// <param name="mix">How.</param>
    /// <param name="own">The sample, overwritten.</param>
    /// <param name="other">The other one.</param>
    public void Blend(in SampleMix mix, float* own, float* other)
    {
        if (mix.Window is { } window)
        {
            PictureWindow.Copy(_shape, window, other, own);
            return;
        }

        float share = mix.Share, rest = mix.Rest;
        for (int i = 0; i < _shape.Size; i++) own[i] = MathF.FusedMultiplyAdd(share, own[i], rest * other[i]);
    }

    /// <summary>Mixes all samples of a shard in place, along the cycles of the permutation.</summary>
    /// <param name="mix">How.</param>
    /// <param name="partners">Each one's partner, from 0; all of them are complemented, which marks what is done.</param>
    /// <param name="first">The first sample.</param>
    /// <param name="stride">Floats from one to the next.</param>
    /// <param name="saved">Memory for a sample, overwritten.</param>
    public void BlendAll(in SampleMix mix, Span<int> partners, float* first, long stride, float* saved)
    {
        for (int start = 0; start < partners.Length; start++)
        {
            if (partners[start] < 0) continue;
            if (partners[start] != start) new ReadOnlySpan<float>(first + (start * stride), _shape.Size).CopyTo(new Span<float>(saved, _shape.Size));
            for (int i = start; partners[i] >= 0;)
            {
                int partner = partners[i];
                partners[i] = ~partner;
                if (partner != i) Blend(mix, first + (i * stride), partner == start ? saved : first + (partner * stride));
                i = partner;
            }
        }
    }

    /// <summary>Where a part of an axis begins, of a length that is rounded down, around a pixel that a word draws; cut off at the ends.</summary>
    private static (int Start, int Length) Side(double part, int size, uint word)
    {
        int length = (int)(part * size), centre = (int)(((ulong)word * (uint)size) >> 32);
        int start = int.Max(0, centre - (length / 2)), end = int.Min(size, centre - (length / 2) + length);
        return (start, end - start);
    }

    private readonly record struct Entry(bool IsCut, double Alpha, RandomField Field);
}

/// <summary>How two samples are mixed.</summary>
/// <param name="Share">The share of the sample, 0 to 1; the partner has the rest.</param>
/// <param name="Window">What the partner gives; null: its share of every pixel.</param>
internal readonly record struct SampleMix(float Share, ImageWindow? Window)
{
    /// <summary>The share of the partner.</summary>
    public float Rest => 1f - Share;
}
