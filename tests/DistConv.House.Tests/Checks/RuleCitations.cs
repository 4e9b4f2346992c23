using System.Text.RegularExpressions;

namespace DistConv.House.Tests.Checks;

/// <summary>Citations of the numbered rules of docs/numerics.md, such as "docs/numerics.md, rules 2, 3 and 10", also broken over lines of a comment.</summary>
internal static partial class RuleCitations
{
    /// <summary>The numbers of the rules that docs/numerics.md states: its paragraphs or headings that begin with a bold number.</summary>
    public static HashSet<int> Rules(string numerics) => [.. RuleStart().Matches(numerics).Select(match => int.Parse(match.Groups[1].Value))];

    public static IEnumerable<string> Unknown(string path, string text, IReadOnlySet<int> rules)
    {
        foreach (Match match in Citation().Matches(text))
        {
            int line = Violations.LineOf(text, match.Index);
            foreach (Match number in Number().Matches(match.Groups["numbers"].Value))
            {
                if (!rules.Contains(int.Parse(number.Value))) yield return $"{path}:{line}: docs/numerics.md has no rule {number.Value}";
            }
        }
    }

    /// <summary>Citations by the name that the document had before it was part of the repository.</summary>
    public static IEnumerable<string> Outdated(string path, string text) =>
        OldName().Matches(text).Select(match => $"{path}:{Violations.LineOf(text, match.Index)}: '{match.Value}': write 'docs/numerics.md, rule N'");

    [GeneratedRegex(@"^(?:#+ |\*\*)(\d+)\. ", RegexOptions.Multiline)]
    private static partial Regex RuleStart();

    [GeneratedRegex(@"numerics\.md\)?,?(?:\s|///?)+rules?(?:\s|///?)+(?<numbers>\d+(?:(?:,|\s|///?|and|to)+\d+)*)")]
    private static partial Regex Citation();

    [GeneratedRegex(@"\d+")]
    private static partial Regex Number();

    [GeneratedRegex(@"NUMERICS(?:\.md)?,?\s+rules?\b")]
    private static partial Regex OldName();
}
