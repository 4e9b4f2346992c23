using DistConv.Core.Initializers;
using DistConv.Core.Numerics;
using Xunit;

namespace DistConv.Core.Tests.Initializers;

public class InitializerTests
{
    private const int FanIn = 9;
    private const int FanOut = 288;

    // The square root is what explanations drop: 6 / 297 = 0.0202 instead of 0.1421.
    [Fact]
    public void GlorotUniform_bound_is_the_square_root_of_six_over_the_fans()
    {
        float limit = (float)Math.Sqrt(6.0 / (FanIn + FanOut));

        float[] values = Draw(new("glorot_uniform"), 100_000);

        Assert.Equal(0.14213381f, limit);
        Assert.All(values, v => Assert.InRange(v, -limit, limit));
        Assert.InRange(values.Max(), limit * 0.9999f, limit);
        Assert.InRange(values.Min(), -limit, -limit * 0.9999f);
        Assert.Equal("glorot_uniform: U(-0.1421, +0.1421), L = sqrt(6 / (9 + 288))", Initializer.Describe("glorot_uniform", FanIn, FanOut));
    }

    // Keras: VarianceScaling(scale, mode); the standard deviation is √(scale / n) for both distributions, n = fanIn or (fanIn + fanOut) / 2.
    [Theory]
    [InlineData("glorot_uniform", 2.0 / (FanIn + FanOut))]
    [InlineData("glorot_normal", 2.0 / (FanIn + FanOut))]
    [InlineData("he_uniform", 2.0 / FanIn)]
    [InlineData("he_normal", 2.0 / FanIn)]
    [InlineData("lecun_uniform", 1.0 / FanIn)]
    [InlineData("lecun_normal", 1.0 / FanIn)]
    [InlineData("random_uniform", 0.1 * 0.1 / 12)]
    [InlineData("random_normal", 0.05 * 0.05)]
    public void Fill_many_draws_has_mean_zero_and_kerass_variance(string name, double variance)
    {
        const int Count = 400_000;

        float[] values = Draw(new(name), Count);

        double standardError = Math.Sqrt(variance / Count);
        Assert.InRange(values.Average(v => (double)v), -4 * standardError, 4 * standardError);
        // The relative standard error of a normal's variance is √(2/n) = 0.0022; the others' is smaller.
        Assert.InRange(values.Average(v => (double)v * v) / variance, 1 - 0.009, 1 + 0.009);
    }

    [Theory]
    [InlineData("glorot_normal", 2.0 / (FanIn + FanOut))]
    [InlineData("he_normal", 2.0 / FanIn)]
    [InlineData("lecun_normal", 1.0 / FanIn)]
    public void Fill_truncated_normal_ends_at_two_sigma_before_truncation(string name, double variance)
    {
        double edge = 2 * Math.Sqrt(variance) / 0.87962566103423978;

        float[] values = Draw(new(name), 100_000);

        Assert.InRange(values.Max(), edge * 0.999, edge);
        Assert.InRange(values.Min(), -edge, -edge * 0.999);
    }

    [Fact]
    public void Fill_random_normal_is_not_truncated() => Assert.True(Draw(new("random_normal"), 100_000).Max() > 0.05f * 3.5f);

    [Fact]
    public void Fill_given_settings_are_used()
    {
        Assert.All(Draw(new("constant", Value: -2.5f), 5), v => Assert.Equal(-2.5f, v));
        Assert.All(Draw(new("zeros"), 5), v => Assert.Equal(0, BitConverter.SingleToInt32Bits(v)));
        Assert.All(Draw(new("ones"), 5), v => Assert.Equal(1, v));
        Assert.All(Draw(new("random_uniform", MinValue: 3, MaxValue: 4), 500), v => Assert.InRange(v, 3, 4));
        Assert.Equal(7, Draw(new("random_normal", Mean: 7, StdDev: 0.5f), 20_000).Average(), 0.02);
    }

    [Fact]
    public void Fill_element_depends_only_on_seed_layer_and_index()
    {
        float[] all = Draw(new("he_normal"), 1003);
        float[] prefix = Draw(new("he_normal"), 300);
        RandomField field = new(7, RandomPurpose.Initialization, layer: 2);
        float limit = (float)Math.Sqrt(6.0 / FanIn);

        float[] uniform = Draw(new("he_uniform"), 1003);

        Assert.Equal(all[..300], prefix);
        Assert.Equal([.. Enumerable.Range(0, 1003).Select(i => MathF.FusedMultiplyAdd(field.Uniform((uint)i), limit - -limit, -limit))], uniform);
        Assert.NotEqual(all, Draw(new("he_normal"), 1003, seed: 8));
        Assert.NotEqual(all, Draw(new("he_normal"), 1003, layer: 3));
    }

    // Any change of a bit, on any machine, fails here; a deliberate one raises NumericsVersion.
    [Theory]
    [InlineData("glorot_uniform", "916ab1d011cd3da1a198d6bdb95aa723")]
    [InlineData("glorot_normal", "169449bd8a7a81e19afb41fc1a81e93f")]
    [InlineData("random_normal", "cf39ea953a244d7d8d397eb7611187e7")]
    public void Fill_bits_are_pinned(string name, string digest) =>
        Assert.Equal(digest, Numerics.Ulps.Digest(Draw(new(name), 2003).Select(v => (double)v)));

    [Theory]
    [InlineData("glorot_normal", "glorot_normal: N(0, 0.09329²) truncated to (-0.1866, +0.1866), standard deviation 0.08206 = sqrt(2 / (9 + 288))")]
    [InlineData("he_uniform", "he_uniform: U(-0.8165, +0.8165), L = sqrt(6 / 9)")]
    [InlineData("he_normal", "he_normal: N(0, 0.5359²) truncated to (-1.072, +1.072), standard deviation 0.4714 = sqrt(2 / 9)")]
    [InlineData("lecun_uniform", "lecun_uniform: U(-0.5774, +0.5774), L = sqrt(3 / 9)")]
    [InlineData("lecun_normal", "lecun_normal: N(0, 0.3789²) truncated to (-0.7579, +0.7579), standard deviation 0.3333 = sqrt(1 / 9)")]
    [InlineData("random_uniform", "random_uniform: U(-0.05, +0.05)")]
    [InlineData("random_normal", "random_normal: N(0, 0.05²)")]
    [InlineData("zeros", "zeros: every value is 0")]
    [InlineData("ones", "ones: every value is 1")]
    [InlineData("constant", "constant: every value is 0")]
    public void Describe_states_the_numbers(string name, string expected) => Assert.Equal(expected, Initializer.Describe(name, FanIn, FanOut));

    [Fact]
    public void Names_all_fill_and_start_with_the_default()
    {
        Assert.Equal("glorot_uniform", Initializer.Names[0]);
        Assert.Equal(11, Initializer.Names.Count);
        Assert.All(Initializer.Names, name => Initializer.Fill(name, new float[10], 3, 4, 1, 0));
    }

    [Theory]
    [InlineData("GlorotUniform", "glorot_uniform")]
    [InlineData("glorot_unifrom", "glorot_uniform")]
    [InlineData("he-normal", "he_normal")]
    [InlineData("zero", "zeros")]
    public void Fill_name_mistyped_suggests_the_closest(string name, string meant)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Initializer.Fill(name, new float[1], 1, 1, 1, 0));

        Assert.StartsWith($"unknown initializer '{name}'; choose one of: glorot_uniform, ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith($"; did you mean '{meant}'?", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orthogonal")]
    [InlineData("")]
    public void Fill_name_unknown_lists_the_choices(string name)
    {
        InvalidInputException error = Assert.Throws<InvalidInputException>(() => Initializer.Fill(name, new float[1], 1, 1, 1, 0));

        Assert.Equal($"unknown initializer '{name}'; choose one of: {string.Join(", ", Initializer.Names)}", error.Message);
    }

    [Fact]
    public void Validate_wrong_settings_throw_one_line()
    {
        InitializerSpec[] wrong =
        [
            new("zeros", Value: 1), new("glorot_uniform", MinValue: 0), new("random_uniform", MaxValue: -1), new("random_uniform", MinValue: float.NaN),
            new("random_normal", StdDev: -1), new("random_normal", Mean: float.PositiveInfinity), new("constant", Value: float.NegativeInfinity),
            new("random_uniform", MinValue: float.MinValue, MaxValue: float.MaxValue), new("constnt", Value: 1),
        ];

        Assert.All(wrong, spec =>
        {
            InvalidInputException error = Assert.Throws<InvalidInputException>(() => Initializer.Validate(spec));
            Assert.DoesNotContain('\n', error.Message);
            Assert.Contains(spec.Name, error.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Fill_fan_out_of_range_throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Fill("he_normal", new float[1], 0, 1, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Fill("he_normal", new float[1], 1, 0, 1, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Initializer.Fill("he_normal", new float[1], 1, 1, 1, -1));
    }

    private static float[] Draw(InitializerSpec spec, int count, ulong seed = 7, int layer = 2)
    {
        float[] values = new float[count];
        values.AsSpan().Fill(float.NaN);
        Initializer.Fill(spec, values, FanIn, FanOut, seed, layer);
        return values;
    }
}
