using DistConv.House.Tests.Checks;
using Xunit;

namespace DistConv.House.Tests.CheckTests;

public sealed class TextChecksTests
{
    [Fact]
    public void TooLong_oneColumnTooMany_namesTheLine()
    {
        string fits = new('x', LineLength.MaxColumns);
        Assert.Equal(["a.cs:3: 161 columns"], LineLength.TooLong("a.cs", $"{fits}\n{fits}\r\n{fits}x\n"));
    }

    [Theory]
    [InlineData("see /home/alice/project/x")]
    [InlineData("\"/Users/alice/x\"")]
    [InlineData("cd /workspaces/project")]
    [InlineData("/root/downloads")]
    [InlineData(@"C:\Users\alice")]
    public void MachinePaths_pathOfOneMachine_isFound(string text) => Assert.Single(MachinePaths.In("a.md", text));

    [Theory]
    [InlineData("/mnt/distconv-jobs, /opt/distconv, /tmp, /var/lib/distconv, /usr/share/dotnet")]
    [InlineData("https://example.com/home/list and network/home/x")]
    [InlineData("${GITHUB_WORKSPACE}/home/x")]
    public void MachinePaths_anythingElse_isNot(string text) => Assert.Empty(MachinePaths.In("a.md", text));

    [Theory]
    [InlineData("DistConv.Core", "DistConv.Training")]
    [InlineData("DistConv.Training", "DistConv.Grains")]
    [InlineData("DistConv.Filters", "DistConv.Grains")]
    [InlineData("DistConv.Grains", "DistConv.Silo")]
    [InlineData("DistConv.Client", "DistConv.Silo")]
    [InlineData("DistConv.Silo", "DistConv.Dashboard")]
    [InlineData("DistConv.Silo", "DistConv.Cli")]
    [InlineData("DistConv.Cli", "DistConv.Core.Tests")]
    public void ProjectReferences_upwards_isWrong(string from, string to) => Assert.Equal([$"{PathOf(from)}: {from} may not reference {to}"], Wrong(from, to));

    [Theory]
    [InlineData("DistConv.Training", "DistConv.Core")]
    [InlineData("DistConv.Client", "DistConv.Filters")]
    [InlineData("DistConv.Cli", "DistConv.Core")]
    public void ProjectReferences_downwards_isRight(string from, string to) => Assert.Empty(Wrong(from, to));

    [Fact]
    public void ProjectReferences_unlistedProject_isWrong() =>
        Assert.Contains("DistConv.New has no place yet", Assert.Single(Wrong("DistConv.New", "DistConv.Core")), StringComparison.Ordinal);

    private static IEnumerable<string> Wrong(string from, string to) =>
        ProjectReferences.Wrong(PathOf(from), $"""<Project><ItemGroup><ProjectReference Include="..\{to}\{to}.csproj" /></ItemGroup></Project>""");

    private static string PathOf(string project) => $"src/{project}/{project}.csproj";
}
