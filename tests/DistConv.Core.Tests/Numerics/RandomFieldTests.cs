using DistConv.Core.Numerics;
using Xunit;

namespace DistConv.Core.Tests.Numerics;

public class RandomFieldTests
{
    [Fact]
    public void UInt32_is_word_of_documented_philox_block()
    {
        RandomField field = new(0x0123456789abcdef, RandomPurpose.Dropout, layer: 5);

        (uint word0, uint word1, uint word2, uint word3) = Philox4x32.Generate(0x0123456789abcdef, 25, 7, 9, (4u << 24) | 5);

        Assert.Equal([word0, word1, word2, word3], [field.UInt32(100, 7, 9), field.UInt32(101, 7, 9), field.UInt32(102, 7, 9), field.UInt32(103, 7, 9)]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(55)]
    [InlineData(256)]
    [InlineData(1003)]
    public void Fill_any_length_equals_single_words(int length)
    {
        RandomField field = new(3, RandomPurpose.Augmentation);
        uint[] words = new uint[length];

        field.Fill(words, 12, 5, 6);

        Assert.Equal([.. Enumerable.Range(0, length).Select(i => field.UInt32(12 + (uint)i, 5, 6))], words);
    }

    [Fact]
    public void Fill_up_to_last_index_equals_single_words()
    {
        RandomField field = new(3, RandomPurpose.Augmentation);
        uint[] words = new uint[4];

        field.Fill(words, uint.MaxValue - 3);
        uint[] many = new uint[64];
        field.Fill(many, uint.MaxValue - 63);

        Assert.Equal(field.UInt32(uint.MaxValue), words[3]);
        Assert.Equal([.. Enumerable.Range(0, 64).Select(i => field.UInt32(uint.MaxValue - 63 + (uint)i))], many);
        Assert.Throws<ArgumentOutOfRangeException>(() => field.Fill(new uint[5], uint.MaxValue - 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => field.Fill(words, 2));
    }

    [Fact]
    public void UInt32_any_coordinate_changed_gives_another_number()
    {
        uint[] words =
        [
            new RandomField(1, RandomPurpose.Initialization).UInt32(0),
            new RandomField(2, RandomPurpose.Initialization).UInt32(0),
            new RandomField(1UL << 32, RandomPurpose.Initialization).UInt32(0),
            new RandomField(1, RandomPurpose.Dropout).UInt32(0),
            new RandomField(1, RandomPurpose.Initialization, 1).UInt32(0),
            new RandomField(1, RandomPurpose.Initialization).UInt32(1),
            new RandomField(1, RandomPurpose.Initialization).UInt32(0, 1),
            new RandomField(1, RandomPurpose.Initialization).UInt32(0, 0, 1),
        ];

        Assert.Equal(words.Length, words.Distinct().Count());
    }

    [Theory]
    [InlineData(0u, 0f)]
    [InlineData(255u, 0f)]
    [InlineData(256u, 1f / 16777216)]
    [InlineData(0x80000000u, 0.5f)]
    [InlineData(uint.MaxValue, 16777215f / 16777216)]
    public void ToUniform_is_top_24_bits(uint word, float expected) => Assert.Equal(expected, RandomField.ToUniform(word));

    [Fact]
    public void ToOpenUniform_extreme_words_stay_inside()
    {
        Assert.Equal(1.0 / (1UL << 33), RandomField.ToOpenUniform(0));
        Assert.Equal(1 - 1.0 / (1UL << 33), RandomField.ToOpenUniform(uint.MaxValue));
    }

    [Fact]
    public void ToRange_extreme_words_stay_between_ends()
    {
        Assert.Equal(-0.05f, RandomField.ToRange(0, -0.05f, 0.05f));
        Assert.InRange(RandomField.ToRange(uint.MaxValue, -0.05f, 0.05f), 0.0499f, 0.05f);
    }

    [Fact]
    public void Uniform_many_draws_has_uniform_moments()
    {
        RandomField field = new(42, RandomPurpose.Digits);
        const int Count = 200_000;

        double[] values = [.. Enumerable.Range(0, Count).Select(i => (double)field.Uniform((uint)i))];

        // Standard errors: 1/√(12 n) = 0.00065 for the mean, 1/√(180 n) = 0.00017 for the variance.
        Assert.InRange(values.Average(), 0.5 - 0.0026, 0.5 + 0.0026);
        Assert.InRange(values.Average(v => (v - 0.5) * (v - 0.5)), 1.0 / 12 - 0.0007, 1.0 / 12 + 0.0007);
        Assert.All(values, v => Assert.InRange(v, 0, 1 - 1.0 / 16777216));
    }

    [Fact]
    public void Constructor_wrong_layer_or_purpose_throws()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomField(1, RandomPurpose.Dropout, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomField(1, RandomPurpose.Dropout, RandomField.MaxLayer + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomField(1, RandomPurpose.None));
    }
}
