using CsCheck;
using Xunit;

namespace DistConv.Core.Tests;

public sealed class SuggestionTests
{
    private static readonly string[] Layers = ["conv2d", "maxpool2d", "avgpool2d", "flatten", "dense", "dropout", "relu", "softmax"];

    [Theory]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "abc", 0)]
    [InlineData("sgd", "sdg", 1)]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("ca", "abc", 3)]
    public void Distance_of_known_pairs_is_as_published(string a, string b, int expected) => Assert.Equal(expected, Suggestion.Distance(a, b));

    [Fact]
    public void Distance_is_symmetric_and_bounded_by_the_longer_text()
    {
        Gen.Select(Gen.String[Gen.Char['a', 'd'], 0, 8], Gen.String[Gen.Char['a', 'd'], 0, 8]).Sample(
            (a, b) =>
            {
                int distance = Suggestion.Distance(a, b);
                return distance == Suggestion.Distance(b, a) && distance <= Math.Max(a.Length, b.Length) && (distance == 0) == (a == b);
            },
            iter: 1_000);
    }

    [Theory]
    [InlineData("Conv2D", "conv2d")]
    [InlineData("covn2d", "conv2d")]
    [InlineData("MaxPooling2D", "maxpool2d")]
    [InlineData("soft", "softmax")]
    [InlineData("dens", "dense")]
    [InlineData("lstm", null)]
    [InlineData("", null)]
    [InlineData("x", null)]
    public void Closest_finds_the_meant_choice_or_none(string given, string? expected) => Assert.Equal(expected, Suggestion.Closest(given, Layers));

    [Fact]
    public void Closest_of_a_very_long_word_is_none() => Assert.Null(Suggestion.Closest(new string('d', 1_000_000), Layers));

    [Fact]
    public void DidYouMean_is_the_end_of_a_message_or_nothing()
    {
        Assert.Equal("; did you mean 'relu'?", Suggestion.DidYouMean("rleu", Layers));
        Assert.Equal("", Suggestion.DidYouMean("transformer", Layers));
    }
}
