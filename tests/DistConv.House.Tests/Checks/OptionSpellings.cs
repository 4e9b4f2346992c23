using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DistConv.House.Tests.Checks;

/// <summary>String literals that spell a command-line option (<c>--name</c>). Only DistConv.Cli knows how a setting is spelled there.</summary>
internal static partial class OptionSpellings
{
    public static IEnumerable<string> In(string path, string text)
    {
        SyntaxNode root = CSharpSyntaxTree.ParseText(text).GetRoot();
        foreach (SyntaxToken token in root.DescendantTokens().Where(IsText))
        {
            int line = token.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            foreach (Match match in Option().Matches(token.ValueText)) yield return $"{path}:{line}: {match.Value}";
        }
    }

    private static bool IsText(SyntaxToken token) => token.Kind() is SyntaxKind.StringLiteralToken or SyntaxKind.SingleLineRawStringLiteralToken
        or SyntaxKind.MultiLineRawStringLiteralToken or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.Utf8SingleLineRawStringLiteralToken
        or SyntaxKind.Utf8MultiLineRawStringLiteralToken or SyntaxKind.InterpolatedStringTextToken;

    [GeneratedRegex(@"(?<![\w-])--[a-z][\w-]*")]
    private static partial Regex Option();
}
