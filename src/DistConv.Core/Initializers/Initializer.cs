using DistConv.Core.Numerics;

namespace DistConv.Core.Initializers;

/// <summary>
/// Initial values of weights by Keras's definitions (keras/src/initializers/random_initializers.py). Element i of a layer's kernel depends only on
/// (seed, layer, i): it is made from <c>RandomField(seed, Initialization, layer).UInt32(i)</c>, one word a value.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>glorot_uniform, glorot_normal</term><description>U(−L, +L) with L = √(6 / (fanIn + fanOut)); truncated normal with standard deviation
/// √(2 / (fanIn + fanOut)).</description></item>
/// <item><term>he_uniform, he_normal</term><description>L = √(6 / fanIn); standard deviation √(2 / fanIn).</description></item>
/// <item><term>lecun_uniform, lecun_normal</term><description>L = √(3 / fanIn); standard deviation √(1 / fanIn).</description></item>
/// <item><term>random_uniform, random_normal</term><description>U(−0.05, +0.05); N(0, 0.05²), not truncated.</description></item>
/// <item><term>zeros, ones, constant</term><description>0; 1; the given value.</description></item>
/// </list>
/// The truncated normals are cut at ±2 σ, and σ is the standard deviation ÷ 0.87962566103423978, so that the stated one holds after truncation. For a
/// convolution fanIn = kH · kW · inC and fanOut = kH · kW · outC; for a dense layer the numbers of inputs and outputs.
/// </remarks>
public static class Initializer
{
    /// <summary>The initializer of kernels where a model names none: glorot_uniform, as in Keras.</summary>
    public const string Default = "glorot_uniform";

    /// <summary>The initializers there are, in the order in which messages list them.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        Default, "glorot_normal", "he_uniform", "he_normal", "lecun_uniform", "lecun_normal", "random_uniform", "random_normal", "zeros", "ones", "constant",
    ];

    /// <summary>Fills a weight with its initial values.</summary>
    /// <param name="name">One of <see cref="Names"/>, with default settings.</param>
    /// <param name="destination">The weight, flat; overwritten.</param>
    /// <param name="fanIn">Inputs of an output unit, at least 1.</param>
    /// <param name="fanOut">Outputs that an input unit reaches, at least 1.</param>
    /// <param name="seed">The job's seed.</param>
    /// <param name="layer">The layer's position, 0 to <see cref="RandomField.MaxLayer"/>.</param>
    /// <exception cref="InvalidInputException">The name is unknown.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A fan or the layer is out of range.</exception>
    public static void Fill(string name, Span<float> destination, int fanIn, int fanOut, ulong seed, int layer) =>
        Fill(new InitializerSpec(name), destination, fanIn, fanOut, seed, layer);

    /// <inheritdoc cref="Fill(string, Span{float}, int, int, ulong, int)"/>
    /// <param name="spec">The initializer and its settings.</param>
    /// <param name="destination">The weight, flat; overwritten.</param>
    /// <param name="fanIn">Inputs of an output unit, at least 1.</param>
    /// <param name="fanOut">Outputs that an input unit reaches, at least 1.</param>
    /// <param name="seed">The job's seed.</param>
    /// <param name="layer">The layer's position, 0 to <see cref="RandomField.MaxLayer"/>.</param>
    /// <exception cref="InvalidInputException">The name is unknown, or a setting is wrong.</exception>
    public static void Fill(InitializerSpec spec, Span<float> destination, int fanIn, int fanOut, ulong seed, int layer)
    {
        Distribution distribution = Resolve(spec, fanIn, fanOut);
        if (distribution is ConstantDistribution constant)
        {
            destination.Fill(constant.Value);
            return;
        }

        const int BlockLength = 256;
        Span<uint> words = stackalloc uint[BlockLength];
        RandomField field = new(seed, RandomPurpose.Initialization, layer);
        for (int start = 0; start < destination.Length; start += BlockLength)
        {
            Span<float> block = destination[start..Math.Min(start + BlockLength, destination.Length)];
            field.Fill(words[..block.Length], (uint)start);
            for (int i = 0; i < block.Length; i++)
                block[i] = distribution.FromWord(words[i]);
        }
    }

    /// <summary>Checks a name and its settings without drawing anything.</summary>
    /// <param name="spec">The initializer and its settings.</param>
    /// <exception cref="InvalidInputException">The name is unknown, or a setting is wrong: the line says which and lists the choices.</exception>
    public static void Validate(InitializerSpec spec) => Resolve(spec, 1, 1);

    /// <summary>The distribution with its numbers, such as "glorot_uniform: U(-0.1421, +0.1421), L = sqrt(6 / (9 + 288))".</summary>
    /// <param name="spec">The initializer and its settings.</param>
    /// <param name="fanIn">Inputs of an output unit, at least 1.</param>
    /// <param name="fanOut">Outputs that an input unit reaches, at least 1.</param>
    /// <returns>One line.</returns>
    /// <exception cref="InvalidInputException">The name is unknown, or a setting is wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A fan is less than 1.</exception>
    public static string Describe(InitializerSpec spec, int fanIn, int fanOut)
    {
        Distribution distribution = Resolve(spec, fanIn, fanOut);
        return $"{spec.Name}: {distribution.Describe()}";
    }

    /// <inheritdoc cref="Describe(InitializerSpec, int, int)"/>
    /// <param name="name">One of <see cref="Names"/>, with default settings.</param>
    /// <param name="fanIn">Inputs of an output unit, at least 1.</param>
    /// <param name="fanOut">Outputs that an input unit reaches, at least 1.</param>
    public static string Describe(string name, int fanIn, int fanOut) => Describe(new InitializerSpec(name), fanIn, fanOut);

    private static Distribution Resolve(InitializerSpec spec, int fanIn, int fanOut)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(fanOut, 1);
        CheckSettings(spec);
        string both = $"({fanIn} + {fanOut})";
        double fans = (double)fanIn + fanOut;
        return spec.Name switch
        {
            "glorot_uniform" => Symmetric(6, fans, both),
            "glorot_normal" => Truncated(2, fans, both),
            "he_uniform" => Symmetric(6, fanIn, $"{fanIn}"),
            "he_normal" => Truncated(2, fanIn, $"{fanIn}"),
            "lecun_uniform" => Symmetric(3, fanIn, $"{fanIn}"),
            "lecun_normal" => Truncated(1, fanIn, $"{fanIn}"),
            "random_uniform" => Range(spec),
            "random_normal" => Gaussian(spec),
            "zeros" => new ConstantDistribution(0),
            "ones" => new ConstantDistribution(1),
            "constant" => new ConstantDistribution(spec.Value ?? 0),
            _ => throw Unknown(spec.Name),
        };
    }

    private static UniformDistribution Symmetric(int scale, double fans, string fansText)
    {
        float limit = (float)Math.Sqrt(scale / fans);
        return new UniformDistribution(-limit, limit, $", L = sqrt({scale} / {fansText})");
    }

    private static TruncatedGaussianDistribution Truncated(int scale, double fans, string fansText) =>
        new(Math.Sqrt(scale / fans), $" = sqrt({scale} / {fansText})");

    private static UniformDistribution Range(InitializerSpec spec)
    {
        float lo = spec.MinValue ?? -0.05f;
        float hi = spec.MaxValue ?? 0.05f;
        if (lo > hi)
            throw new InvalidInputException($"initializer 'random_uniform': minValue {lo} is above maxValue {hi}; give minValue <= maxValue");
        if (!float.IsFinite(hi - lo))
            throw new InvalidInputException($"initializer 'random_uniform': the range from {lo} to {hi} is too wide for single precision");
        return new UniformDistribution(lo, hi, "");
    }

    private static GaussianDistribution Gaussian(InitializerSpec spec)
    {
        float stdDev = spec.StdDev ?? 0.05f;
        if (stdDev < 0)
            throw new InvalidInputException($"initializer 'random_normal': stdDev is {stdDev}; give 0 or more");
        return new GaussianDistribution(spec.Mean ?? 0, stdDev);
    }

    private static void CheckSettings(InitializerSpec spec)
    {
        CheckSetting(spec.Name, "value", spec.Value, "constant");
        CheckSetting(spec.Name, "minValue", spec.MinValue, "random_uniform");
        CheckSetting(spec.Name, "maxValue", spec.MaxValue, "random_uniform");
        CheckSetting(spec.Name, "mean", spec.Mean, "random_normal");
        CheckSetting(spec.Name, "stdDev", spec.StdDev, "random_normal");
    }

    private static void CheckSetting(string name, string setting, float? value, string owner)
    {
        if (value is null)
            return;
        if (name != owner)
            throw Names.Contains(name)
                ? new InvalidInputException($"initializer '{name}' has no setting '{setting}': that belongs to '{owner}'")
                : Unknown(name);
        if (!float.IsFinite(value.Value))
            throw new InvalidInputException($"initializer '{name}': {setting} is {value}; give a finite number");
    }

    private static InvalidInputException Unknown(string name) =>
        new($"unknown initializer '{name}'; choose one of: {string.Join(", ", Names)}{Suggestion.DidYouMean(name, Names)}");
}
