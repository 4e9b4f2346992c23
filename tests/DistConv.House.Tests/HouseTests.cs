using DistConv.House.Tests.Checks;
using Xunit;

namespace DistConv.House.Tests;

/// <summary>What every file of the repository has to keep to.</summary>
public sealed class HouseTests
{
    private const int MaxReadmeLines = 150;

    // The registries of types and forms, and the form.
    private const int MaxFilesOfALayer = 3;

    // These samples of violations would be found by the checks that they test.
    private const string Samples = "tests/DistConv.House.Tests/CheckTests/";

    // It starts Garnet, whose options these are.
    private const string OtherProgramsOptions = "src/DistConv.Silo/Cluster/MembershipServer.cs";

    [Fact]
    public void MarkdownLinks_ofAllDocuments_leadSomewhere() =>
        Violations.AssertNone("Relative links lead to a file, and anchors to a heading", Repository.WithExtension(".md")
            .SelectMany(path => MarkdownLinks.Broken(path, Repository.Files, Repository.Read)));

    [Fact]
    public void MarkdownPaths_ofDocumentation_exist() =>
        Violations.AssertNone("Files named in the documentation exist", Repository.WithExtension(".md")
            .SelectMany(path => MarkdownLinks.MissingPaths(path, Repository.Files, Repository.Read(path))));

    [Fact]
    public void RuleCitations_inCodeAndDocuments_nameRulesOfNumerics()
    {
        HashSet<int> rules = RuleCitations.Rules(Repository.Read("docs/numerics.md"));
        Assert.Equal(Enumerable.Range(1, rules.Count), rules.Order());
        Violations.AssertNone("Cited rules exist in docs/numerics.md", CodeAndDocuments()
            .SelectMany(path => RuleCitations.Unknown(path, Repository.Read(path), rules)));
    }

    [Fact]
    public void RuleCitations_inCodeAndDocuments_nameTheDocument() =>
        Violations.AssertNone("Rules are cited as 'docs/numerics.md, rule N'", CodeAndDocuments()
            .SelectMany(path => RuleCitations.Outdated(path, Repository.Read(path))));

    [Fact]
    public void OptionSpellings_belowTheCommandLine_areAbsent() =>
        Violations.AssertNone("Only DistConv.Cli spells command-line options", Repository.Sources()
            .Where(path => path != OtherProgramsOptions && !path.StartsWith("src/DistConv.Cli/", StringComparison.Ordinal))
            .SelectMany(path => OptionSpellings.In(path, Repository.Read(path))));

    [Fact]
    public void Folders_ofEachProject_haveNoCircle()
    {
        IReadOnlyList<SourceUse> uses = new SourceSet(Repository.Sources().Select(path => (path, Repository.Read(path)))).Uses();
        Assert.NotEmpty(uses);
        Violations.AssertNone("The folders of a project depend on each other in one direction", FolderCircles.In(uses));
    }

    [Fact]
    public void Lines_ofCode_fitTheLimit() =>
        Violations.AssertNone($"Lines of C# have at most {LineLength.MaxColumns} columns", Repository.WithExtension(".cs")
            .SelectMany(path => LineLength.TooLong(path, Repository.Read(path))));

    [Fact]
    public void LayerTypes_areNamedInTheirRoomsOnly()
    {
        IReadOnlyList<string> layers = LayerRooms.Layers(Repository.Sources());
        Assert.Contains("Add", layers);
        Violations.AssertNone("A layer is named in its folder, its form and the registries", LayerRooms.Outside(
            layers, Repository.Sources().Select(path => (path, Repository.Read(path)))));
    }

    [Fact]
    public void LayerTypes_needFewFilesOutsideTheirFolders()
    {
        (string File, string Text)[] sources = [.. Repository.Sources().Select(path => (path, Repository.Read(path)))];
        IReadOnlyList<string> layers = LayerRooms.Layers(Repository.Sources());
        Violations.AssertNone($"A layer is its folder and at most {MaxFilesOfALayer} other files", LayerRooms.Crowded(layers, sources, MaxFilesOfALayer));
        Assert.NotEmpty(LayerRooms.Crowded(layers, sources, MaxFilesOfALayer - 1));
    }

    [Fact]
    public void Readme_isShort()
    {
        int lines = Repository.Read("README.md").TrimEnd('\n').Split('\n').Length;
        Assert.True(lines <= MaxReadmeLines, $"README.md has {lines} lines, and may have {MaxReadmeLines}: move what is for later to docs/.");
    }

    [Fact]
    public void ProjectReferences_ofSources_pointOneWay()
    {
        string[] projects = [.. Repository.WithExtension(".csproj").Where(path => path.StartsWith("src/", StringComparison.Ordinal))];
        Assert.NotEmpty(projects);
        Violations.AssertNone("Projects reference the ones below them", projects.SelectMany(path => ProjectReferences.Wrong(path, Repository.Read(path))));
    }

    [Fact]
    public void MachinePaths_inTextFiles_areAbsent() =>
        Violations.AssertNone("No file names a path of one machine", Repository.Files
            .Where(IsText).SelectMany(path => MachinePaths.In(path, Repository.Read(path))));

    private static IEnumerable<string> CodeAndDocuments() =>
        Repository.WithExtension(".cs", ".md").Where(path => !path.StartsWith(Samples, StringComparison.Ordinal));

    private static bool IsText(string path) => !path.StartsWith(Samples, StringComparison.Ordinal) && (IsSource(path) || IsSetting(path));

    private static bool IsSource(string path) =>
        Path.GetExtension(path) is ".cs" or ".csproj" or ".md" or ".sh" or ".svg" or ".ts" or ".tsx" || Path.GetFileName(path) is "run" or "Dockerfile";

    private static bool IsSetting(string path) =>
        Path.GetExtension(path) is ".json" or ".props" or ".service" or ".txt" or ".yaml" or ".yml"
        || Path.GetFileName(path) is ".editorconfig" or ".gitignore";
}
