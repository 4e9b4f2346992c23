using DistConv.Cli.Output;
using Xunit;

namespace DistConv.Cli.Tests.Output;

public sealed class StyledLineTests
{
    [Theory]
    [InlineData(10, "abcdefgh")]
    [InlineData(8, "abcdefgh")]
    [InlineData(7, "abcdef…")]
    [InlineData(4, "abc…")]
    [InlineData(1, "…")]
    [InlineData(0, "")]
    public void Clip_anyWidth_fitsAndShowsThatItDid(int width, string expected) =>
        Assert.Equal(expected, new StyledLine().Add("abc", Ink.Dim).Add("defgh").Clip(width, "…").ToString());

    [Fact]
    public void Clip_wideCharacters_countTwice()
    {
        StyledLine line = new StyledLine().Add("漢字漢字");
        Assert.Equal(8, line.Width);
        Assert.Equal("漢字…", line.Clip(6, "…").ToString());
        Assert.Equal(5, line.Clip(6, "…").Width);
    }

    [Fact]
    public void Clip_markThatDoesNotFit_isLeftOut() => Assert.Equal("ab", new StyledLine().Add("abcd").Clip(2, "...").ToString());

    [Fact]
    public void Add_controlCharacters_cannotLeaveTheLine() => Assert.Equal("a?[2J?b", new StyledLine().Add("a\e[2J\nb").ToString());

    [Fact]
    public void ToAnsi_colours_onlyIfWanted()
    {
        StyledLine line = new StyledLine().Add("loss ", Ink.Dim).Add("1");
        Assert.Equal("\e[2mloss \e[0m1", line.ToAnsi(colours: true));
        Assert.Equal("loss 1", line.ToAnsi(colours: false));
    }

    [Theory]
    [InlineData("short line", 20, "short line")]
    [InlineData("one two three four", 9, "one two\n    three\n    four")]
    [InlineData("  in two three", 10, "  in two\n      three")]
    [InlineData("/a/path/that/is/long next", 10, "/a/path/that/is/long\n    next")]
    [InlineData("first\nsecond line", 8, "first\nsecond\n    line")]
    public void Wrap_longLines_breakBetweenWords(string text, int width, string expected) => Assert.Equal(expected, TextWrap.Wrap(text, width));
}
