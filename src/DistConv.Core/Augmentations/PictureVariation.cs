using DistConv.Core.Numerics;
using DistConv.Core.Shapes;

namespace DistConv.Core.Augmentations;

/// <summary>
/// What varies a picture by itself. Its random words are functions of seed, place in the job's list, sample and epoch (docs/numerics.md, rule 16), so
/// anybody who loads a sample varies it in the same way.
/// </summary>
/// <param name="shape">The pictures' shape.</param>
internal abstract unsafe class PictureVariation(TensorShape shape)
{
    /// <summary>The pictures' shape.</summary>
    protected TensorShape Shape { get; } = shape;

    /// <summary>Whether the result goes into other memory than the picture's.</summary>
    public virtual bool Moves => false;

    /// <summary>Varies a picture.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="epoch">The epoch, from 0.</param>
    /// <param name="source">height × width × channels.</param>
    /// <param name="destination">As many, overwritten; the same memory unless it <see cref="Moves"/>.</param>
    public abstract void Apply(uint sample, uint epoch, float* source, float* destination);

    /// <summary>Which of count equally likely numbers a random word means: ⌊word · count / 2³²⌋.</summary>
    protected static int Below(uint word, int count) => (int)(((ulong)word * (uint)count) >> 32);

    /// <summary>The random words of a place in the list.</summary>
    /// <param name="seed">The job's seed.</param>
    /// <param name="place">The place, from 0.</param>
    public static RandomField Field(ulong seed, int place) => new(seed, RandomPurpose.SampleVariation, place);
}
