using DistConv.House.Tests.Checks;
using Xunit;

namespace DistConv.House.Tests.CheckTests;

public sealed class MarkdownLinksTests
{
    private static readonly Dictionary<string, string> Files = new(StringComparer.Ordinal)
    {
        ["README.md"] = "# Top\n## Two words, and more\n## Two words, and more\n```\n# no heading\n```\n",
        ["docs/page.md"] = "# Page `code`\n<a id=\"made\"></a>\n",
        ["docs/picture.svg"] = "",
        ["src/A/A.cs"] = "",
    };

    [Theory]
    [InlineData("[a](../README.md) [b](picture.svg) <img src=\"picture.svg\" width=\"3\"> [c](../src/A) [d](../src/A/)")]
    [InlineData("[a](https://example.com/x) [b](mailto:a@b.c)")]
    [InlineData("[a](../README.md#two-words-and-more) [b](../README.md#two-words-and-more-1)")]
    [InlineData("[a](page.md#page-code) [b](page.md#made) [c](other.md#here)\n# Here")]
    [InlineData("`[a](nowhere.md)`\n```\n[b](nowhere.md)\n```\n")]
    public void Broken_goodLinks_findsNone(string text) => Assert.Empty(Broken(text));

    [Theory]
    [InlineData("[a](nowhere.md)", "leads to no file")]
    [InlineData("![a](nowhere.png)", "leads to no file")]
    [InlineData("<img width=\"3\" src=\"nowhere.svg\">", "leads to no file")]
    [InlineData("[a]: nowhere.md", "leads to no file")]
    [InlineData("[a](../../README.md)", "leads to no file")]
    [InlineData("[a](README.md)", "leads to no file")]
    [InlineData("[a](../README.md#no-heading)", "names a heading that README.md does not have")]
    [InlineData("[a](#missing)", "names a heading that docs/other.md does not have")]
    public void Broken_badLink_namesIt(string text, string problem)
    {
        string found = Assert.Single(Broken(text));
        Assert.StartsWith("docs/other.md: '", found, StringComparison.Ordinal);
        Assert.EndsWith(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public void MissingPaths_namesOnlyPathsThatDoNotExist()
    {
        const string text = "`src/A/A.cs`, `src/A/`, `src/B/B.cs`, `docs/gone/`, `A.cs`, `src/*/README.md`, `--out DIR/x.cs`";
        Assert.Equal(["x.md: 'src/B/B.cs' does not exist", "x.md: 'docs/gone/' does not exist"], MarkdownLinks.MissingPaths("x.md", Files.Keys, text));
    }

    private static IEnumerable<string> Broken(string text)
    {
        Dictionary<string, string> files = new(Files, StringComparer.Ordinal) { ["docs/other.md"] = text };
        return MarkdownLinks.Broken("docs/other.md", files.Keys, path => files[path]);
    }
}
