using DistConv.Core.Numerics;

namespace DistConv.Core.Layers.Noise;

/// <summary>The random numbers of a layer in training: functions of seed, layer, step, sample and place, so it does not matter who draws them.</summary>
internal static unsafe class NoiseDraws
{
    /// <summary>Standard normal values: Φ⁻¹ of a word each, in double, rounded once (docs/numerics.md, rule 5).</summary>
    /// <param name="field">Seed, purpose and layer.</param>
    /// <param name="context">Sample and step.</param>
    /// <param name="values">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void Normals(RandomField field, in SampleContext context, float* values, int count)
    {
        uint* words = (uint*)values;
        field.Fill(new Span<uint>(words, count), sample: (uint)context.Sample, step: context.Step);
        for (int i = 0; i < count; i++) values[i] = (float)NormalDistribution.FromWord(words[i]);
    }

    /// <summary>1 for what is kept and 0 for what is dropped: a value is kept when its word is at least round(rate · 2³²).</summary>
    /// <param name="field">Seed, purpose and layer.</param>
    /// <param name="rate">0 ≤ rate &lt; 1.</param>
    /// <param name="context">Sample and step.</param>
    /// <param name="values">count values, overwritten.</param>
    /// <param name="count">How many.</param>
    public static void Kept(RandomField field, double rate, in SampleContext context, float* values, int count)
    {
        uint threshold = (uint)double.Round(rate * 4294967296.0);
        uint* words = (uint*)values;
        field.Fill(new Span<uint>(words, count), sample: (uint)context.Sample, step: context.Step);
        for (int i = 0; i < count; i++) values[i] = words[i] >= threshold ? 1f : 0f;
    }
}
