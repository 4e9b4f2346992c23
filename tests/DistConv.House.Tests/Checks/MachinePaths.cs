using System.Text.RegularExpressions;

namespace DistConv.House.Tests.Checks;

/// <summary>Paths that exist on one developer's machine only: home folders and folders of checkouts.</summary>
internal static partial class MachinePaths
{
    public static IEnumerable<string> In(string path, string text) =>
        MachinePath().Matches(text).Select(match => $"{path}:{Violations.LineOf(text, match.Index)}: '{match.Value}'");

    [GeneratedRegex(@"(?<![\w.~}])/(?:work|home|Users|root|workspaces?)/[\w.-]+|\b[A-Z]:[\\/]Users[\\/]\w+")]
    private static partial Regex MachinePath();
}
