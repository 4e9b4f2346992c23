using System.Globalization;
using DistConv.Core.Numerics;

namespace DistConv.Core.Initializers;

/// <summary>A distribution of initial values with its numbers worked out: a function from a random word to a value, and a description.</summary>
internal abstract record Distribution
{
    /// <summary>The value that a random word stands for.</summary>
    public abstract float FromWord(uint word);

    /// <summary>The distribution with its numbers, for people.</summary>
    public abstract string Describe();

    /// <summary>Four significant digits.</summary>
    protected static string Text(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    /// <summary>Four significant digits with the sign, + too.</summary>
    protected static string Signed(double value) => value > 0 ? "+" + Text(value) : Text(value);
}

/// <summary>Always the same value.</summary>
internal sealed record ConstantDistribution(float Value) : Distribution
{
    public override float FromWord(uint word) => Value;

    public override string Describe() => $"every value is {Text(Value)}";
}

/// <summary>U(lo, hi): fma(u, hi − lo, lo) in single precision. <paramref name="Formula"/> tells where the ends come from, or is empty.</summary>
internal sealed record UniformDistribution(float Lo, float Hi, string Formula) : Distribution
{
    public override float FromWord(uint word) => RandomField.ToRange(word, Lo, Hi);

    public override string Describe() => $"U({Signed(Lo)}, {Signed(Hi)}){Formula}";
}

/// <summary>N(mean, stdDev²): mean + stdDev · Φ⁻¹(u) in double, rounded once.</summary>
internal sealed record GaussianDistribution(double Mean, double StdDev) : Distribution
{
    public override float FromWord(uint word) => (float)Math.FusedMultiplyAdd(NormalDistribution.FromWord(word), StdDev, Mean);

    public override string Describe() => $"N({Text(Mean)}, {Text(StdDev)}²)";
}

/// <summary>A normal with mean 0 truncated at ±2 σ, whose standard deviation is <paramref name="StdDev"/> after truncation: σ = StdDev / 0.8796….</summary>
internal sealed record TruncatedGaussianDistribution(double StdDev, string Formula) : Distribution
{
    private readonly double _sigma = StdDev / NormalDistribution.TruncatedStandardDeviation;

    public override float FromWord(uint word) => (float)(NormalDistribution.TruncatedFromWord(word) * _sigma);

    public override string Describe() =>
        $"N(0, {Text(_sigma)}²) truncated to ({Signed(-2 * _sigma)}, {Signed(2 * _sigma)}), standard deviation {Text(StdDev)}{Formula}";
}
