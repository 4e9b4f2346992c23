using DistConv.House.Tests.Checks;
using Xunit;

namespace DistConv.House.Tests.CheckTests;

public sealed class OptionSpellingsTests
{
    [Theory]
    [InlineData("\"use --learning-rate 0.1\"")]
    [InlineData("$\"use {1 + 1} and --epochs {2}\"")]
    [InlineData("\"\"\"\n    use\n    --out\n    \"\"\"")]
    [InlineData("$\"\"\"--x {1}\"\"\"")]
    [InlineData("@\"(--stop-at)\"")]
    [InlineData("\"--json\"u8")]
    public void In_literalWithAnOption_findsIt(string expression) =>
        Assert.Single(OptionSpellings.In("a.cs", $"class A {{ object F() => {expression}; }}"));

    [Theory]
    [InlineData("\"the learning rate\"")]
    [InlineData("\"1--x, a - b, --, ---x, <!-- x -->\"")]
    [InlineData("\"\" /* --x */ // --y")]
    [InlineData("i--")]
    public void In_anythingElse_findsNothing(string expression) =>
        Assert.Empty(OptionSpellings.In("a.cs", $"/// <summary>--x</summary>\nclass A {{ object F(int i) => {expression}\n; }}"));

    [Fact]
    public void In_namesFileLineAndOption() =>
        Assert.Equal(["a.cs:2: --stop-at"], OptionSpellings.In("a.cs", "class A\n{ const string Text = \"with --stop-at\"; }"));
}
