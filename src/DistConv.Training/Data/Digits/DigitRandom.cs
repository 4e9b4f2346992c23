using DistConv.Core.Numerics;

namespace DistConv.Training.Data.Digits;

/// <summary>What a random word of the generator is for; the "layer" of its Philox counter.</summary>
internal enum DigitStream
{
    Label = 0,
    Shape = 1,
    Grain = 2,
}

/// <summary>
/// The random words of one digit, in order: word i is <c>RandomField(seed, RandomPurpose.Digits, stream).UInt32(i, sample, split)</c>, drawn a block at a time.
/// A mutable struct: pass it by reference.
/// </summary>
internal struct DigitRandom(ulong seed, DigitStream stream, int sample, int split)
{
    private readonly uint purpose = ((uint)RandomPurpose.Digits << 24) | (uint)stream;
    private uint block;
    private int used = 4;
    private (uint A, uint B, uint C, uint D) words;

    /// <summary>The next word.</summary>
    public uint Word()
    {
        if (used == 4)
        {
            words = Philox4x32.Generate(seed, block++, (uint)sample, (uint)split, purpose);
            used = 0;
        }

        return used++ switch { 0 => words.A, 1 => words.B, 2 => words.C, _ => words.D };
    }

    /// <summary>Uniform in [0, 1), 24 bits.</summary>
    public double Uniform() => (Word() >> 8) * (1.0 / (1 << 24));

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (Uniform() * (high - low));

    /// <summary>Bell-shaped, mean 0, standard deviation 1, never beyond ±3.46: the sum of the four bytes of a word, standardised.</summary>
    public double Bell()
    {
        uint w = Word();
        double sum = (w & 0xFF) + ((w >> 8) & 0xFF) + ((w >> 16) & 0xFF) + (w >> 24);
        return (sum - 510) * (1 / 147.8);
    }
}
