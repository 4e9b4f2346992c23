using DistConv.House.Tests.Checks;
using Xunit;

namespace DistConv.House.Tests.CheckTests;

public sealed class FolderCirclesTests
{
    private const string Leaf = """
        namespace P.Low; class Leaf { public static int Count; public const int One = 1; }
        static class Extensions { public static int Twice(this int x) => 2 * x; }
        """;

    [Theory]
    [InlineData("class User { Leaf field; }")]
    [InlineData("class User { int F() => Leaf.Count; }")]
    [InlineData("class User { int F() => 3.Twice(); }")]
    [InlineData("class User : System.Collections.Generic.List<Leaf> { }")]
    [InlineData("class User { void F() { var made = new Leaf(); } }")]
    [InlineData("class User { int F() => Unbound.Call(() => Leaf.One); }")]
    public void In_twoFoldersThatUseEachOther_findsTheCircle(string user)
    {
        string found = Assert.Single(Circles(
            ("src/P/Low/Leaf.cs", Leaf + " class Back { P.High.User other; }"),
            ("src/P/High/User.cs", $"using P.Low; namespace P.High; {user}")));
        Assert.StartsWith("P: High, Low\n", found, StringComparison.Ordinal);
        Assert.Contains("Low → High (1): Leaf.cs:2 uses User", found, StringComparison.Ordinal);
    }

    [Fact]
    public void In_oneDirection_findsNothing() =>
        Assert.Empty(Circles(("src/P/Low/Leaf.cs", Leaf), ("src/P/High/User.cs", "using P.Low; namespace P.High; class User { Leaf field; }")));

    [Fact]
    public void In_circleOfCommentsAndUsings_findsNothing() =>
        Assert.Empty(Circles(
            ("src/P/Low/Leaf.cs", "using P.High; namespace P.Low; /// <summary><see cref=\"User\"/></summary>\nclass Leaf { /* User */ }"),
            ("src/P/High/User.cs", "using P.Low; namespace P.High; class User { Leaf field; }")));

    [Fact]
    public void In_circleOverThreePartsAndAFileBesideTheFolders_findsIt() =>
        Assert.StartsWith("P: A, B, Root.cs\n", Assert.Single(Circles(
            ("src/P/A/A.cs", "namespace P; class InA { InB b; }"),
            ("src/P/B/B.cs", "namespace P; class InB { Root root; }"),
            ("src/P/Root.cs", "namespace P; class Root { InA a; }"),
            ("src/P/C/C.cs", "namespace P; class InC { InA a; Root root; }"))), StringComparison.Ordinal);

    [Fact]
    public void In_filesOfOneFolder_findsNothing() =>
        Assert.Empty(Circles(("src/P/A/One.cs", "namespace P; class One { Two two; }"), ("src/P/A/Deep/Two.cs", "namespace P; class Two { One one; }")));

    [Fact]
    public void In_filesBesideTheFolders_findsNothing() =>
        Assert.Empty(Circles(("src/P/One.cs", "namespace P; class One { Two two; }"), ("src/P/Two.cs", "namespace P; class Two { One one; }")));

    [Fact]
    public void In_otherProject_isNoCircle() =>
        Assert.Empty(Circles(("src/P/A/One.cs", "namespace P; class One { Q.Two two; }"), ("src/Q/A/Two.cs", "namespace Q; class Two { P.One one; }")));

    [Fact]
    public void Circles_separateComponents_areReportedSeparately() =>
        Assert.Equal([["a", "b"], ["c", "d"]], FolderCircles.Circles([("a", "b"), ("b", "a"), ("b", "c"), ("c", "d"), ("d", "c"), ("d", "e")]));

    private static IEnumerable<string> Circles(params (string Path, string Text)[] sources) => FolderCircles.In(new SourceSet(sources).Uses());
}
