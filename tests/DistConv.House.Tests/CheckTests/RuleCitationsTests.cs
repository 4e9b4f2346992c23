using DistConv.House.Tests.Checks;
using Xunit;

namespace DistConv.House.Tests.CheckTests;

public sealed class RuleCitationsTests
{
    private static readonly HashSet<int> Rules = RuleCitations.Rules("# Numerics\n**1. First.** Text\n\n**2. Second.** Text with 3. in it\n\n## 3. Third\n");

    [Fact]
    public void Rules_areBoldNumbersAndNumberedHeadings() => Assert.Equal([1, 2, 3], Rules.Order());

    [Theory]
    [InlineData("docs/numerics.md, rule 1", 0)]
    [InlineData("docs/numerics.md, rules 1, 2 and 3", 0)]
    [InlineData("docs/numerics.md explains it", 0)]
    [InlineData("docs/numerics.md, rule 4", 1)]
    [InlineData("docs/numerics.md, rules 1, 12 and 13", 2)]
    [InlineData("[docs](docs/numerics.md), rule 11", 1)]
    [InlineData("/// (docs/numerics.md,\n    /// rule 9)", 1)]
    [InlineData("/// (docs/numerics.md, rules 2\n/// and 9)", 1)]
    public void Unknown_findsEachNumberWithoutRule(string text, int expected) => Assert.Equal(expected, RuleCitations.Unknown("a.cs", text, Rules).Count());

    [Fact]
    public void Unknown_namesFileLineAndRule() =>
        Assert.Equal(["a.cs:3: docs/numerics.md has no rule 7"], RuleCitations.Unknown("a.cs", "\n\n// docs/numerics.md, rule 7", Rules));

    [Theory]
    [InlineData("NUMERICS rule 9", 1)]
    [InlineData("NUMERICS.md, rules 2 and 3", 1)]
    [InlineData("docs/numerics.md, rule 9", 0)]
    public void Outdated_findsTheOldName(string text, int expected) => Assert.Equal(expected, RuleCitations.Outdated("a.cs", text).Count());
}
