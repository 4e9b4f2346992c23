using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DistConv.House.Tests.Checks;

/// <summary>A use of a type, or of a member of it, in another file of the same project.</summary>
internal sealed record SourceUse(string File, int Line, string Type, string DeclaredIn);

/// <summary>
/// C# files bound together in one compilation, so that a name means the type that it means to the compiler. Packages are left out: names from them stay
/// unbound, which does not matter here.
/// </summary>
internal sealed class SourceSet
{
    private static readonly string ImplicitUsings = string.Concat(
        new[] { "System", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks", "System.Collections.Generic" }
            .Select(name => $"global using global::{name};\n"));

    private readonly CSharpCompilation compilation;

    /// <summary>
    /// Names of types and of extension methods. No other name is bound, which halves the time: a file uses a type only if it names the type or an extension of
    /// it.
    /// </summary>
    private readonly HashSet<string> names;

    /// <param name="sources">Path and text of each file. Paths begin with <c>src/PROJECT/</c>.</param>
    public SourceSet(IEnumerable<(string Path, string Text)> sources)
    {
        CSharpParseOptions options = new(LanguageVersion.Latest, DocumentationMode.None);
        SyntaxTree[] trees = [.. sources.AsParallel().AsOrdered()
            .Select(source => CSharpSyntaxTree.ParseText(source.Text, options, source.Path))];
        names = trees.AsParallel().SelectMany(tree => tree.GetRoot().DescendantNodes()).Select(NameOf).OfType<string>().ToHashSet(StringComparer.Ordinal);
        string[] runtime = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator);
        compilation = CSharpCompilation.Create(
            "Sources",
            [.. trees, CSharpSyntaxTree.ParseText(ImplicitUsings, options)],
            runtime.Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
                .Select(path => MetadataReference.CreateFromFile(path)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, concurrentBuild: true));
    }

    /// <summary>The project of a path <c>src/PROJECT/…</c>.</summary>
    public static string ProjectOf(string path) => path.Split('/')[1];

    /// <summary>All uses within each project, one for each pair of file and type. Comments, documentation and using directives do not count.</summary>
    public IReadOnlyList<SourceUse> Uses() =>
        [.. compilation.SyntaxTrees.Where(tree => tree.FilePath.Length > 0).AsParallel().AsOrdered().SelectMany(UsesIn)];

    private IEnumerable<SourceUse> UsesIn(SyntaxTree tree)
    {
        SemanticModel model = compilation.GetSemanticModel(tree);
        HashSet<INamedTypeSymbol> seen = new(SymbolEqualityComparer.Default);
        List<SourceUse> uses = [];
        foreach (SimpleNameSyntax name in tree.GetRoot().DescendantNodes(node => node is not UsingDirectiveSyntax).OfType<SimpleNameSyntax>())
        {
            if (!names.Contains(name.Identifier.ValueText)) continue;
            SymbolInfo info = model.GetSymbolInfo(name);
            INamedTypeSymbol? type = TypeOf(info.Symbol ?? info.CandidateSymbols.FirstOrDefault());
            if (type is null || !seen.Add(type)) continue;
            string[] files = [.. type.DeclaringSyntaxReferences.Select(reference => reference.SyntaxTree.FilePath)];
            string? file = files.FirstOrDefault(path => ProjectOf(path) == ProjectOf(tree.FilePath));
            if (file is null || files.Contains(tree.FilePath, StringComparer.Ordinal)) continue;
            uses.Add(new SourceUse(tree.FilePath, name.GetLocation().GetLineSpan().StartLinePosition.Line + 1, type.Name, file));
        }
        return uses;
    }

    private static string? NameOf(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
        DelegateDeclarationSyntax type => type.Identifier.ValueText,
        MethodDeclarationSyntax { ParameterList.Parameters: [{ Modifiers: var modifiers }, ..] } method when modifiers.Any(SyntaxKind.ThisKeyword) =>
            method.Identifier.ValueText,
        _ => null,
    };

    private static INamedTypeSymbol? TypeOf(ISymbol? symbol) => symbol switch
    {
        IAliasSymbol alias => TypeOf(alias.Target),
        INamedTypeSymbol type => type.OriginalDefinition,
        IArrayTypeSymbol array => TypeOf(array.ElementType),
        IPointerTypeSymbol pointer => TypeOf(pointer.PointedAtType),
        IMethodSymbol { ReducedFrom: { } extension } => extension.ContainingType.OriginalDefinition,
        IMethodSymbol or IPropertySymbol or IFieldSymbol or IEventSymbol => symbol.ContainingType?.OriginalDefinition,
        _ => null,
    };
}
