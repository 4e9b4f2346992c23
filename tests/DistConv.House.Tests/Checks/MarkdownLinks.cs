using System.Text;
using System.Text.RegularExpressions;

namespace DistConv.House.Tests.Checks;

/// <summary>Relative links, images and anchors of a Markdown file, and the files that its inline code names.</summary>
internal static partial class MarkdownLinks
{
    private const string InlineLink = """\]\((?<target>[^)\s]+)(?:\s+"[^"]*")?\)""";
    private const string HtmlLink = """<(?:img|a|source)\s[^>]*?(?:src|href|srcset)="(?<target>[^"]+)["]""";
    private const string ReferenceLink = """^\[[^\]]+\]:\s+(?<target>\S+)""";

    /// <param name="path">The Markdown file, relative to the root.</param>
    /// <param name="files">All files that may be linked to.</param>
    /// <param name="read">Reads one of them.</param>
    public static IEnumerable<string> Broken(string path, IReadOnlyCollection<string> files, Func<string, string> read)
    {
        string prose = Prose(read(path));
        foreach (Match match in Target().Matches(prose))
        {
            string target = match.Groups["target"].Value;
            if (Scheme().IsMatch(target)) continue;
            if (Problem(path, target, files, read) is { } problem) yield return $"{path}: '{target}' {problem}";
        }
    }

    /// <summary>Inline code that looks like a path from the root (with a slash, and an extension or a final slash) but names nothing.</summary>
    public static IEnumerable<string> MissingPaths(string path, IReadOnlyCollection<string> files, string text)
    {
        foreach (Match match in InlineCode().Matches(WithoutFences(text)))
        {
            string named = match.Groups[1].Value;
            if (RootedPath().IsMatch(named) && !Exists(named.TrimEnd('/'), files)) yield return $"{path}: '{named}' does not exist";
        }
    }

    /// <summary>GitHub's anchor for a heading: lower case, punctuation removed, spaces as hyphens; a repeated one gets -1, -2 and so on.</summary>
    public static HashSet<string> Anchors(string text)
    {
        HashSet<string> anchors = new(StringComparer.Ordinal);
        Dictionary<string, int> seen = new(StringComparer.Ordinal);
        string content = WithoutFences(text);
        foreach (Match match in Heading().Matches(content))
        {
            string slug = Slug(match.Groups[1].Value);
            int count = seen.GetValueOrDefault(slug);
            seen[slug] = count + 1;
            anchors.Add(count == 0 ? slug : $"{slug}-{count}");
        }
        foreach (Match match in ExplicitAnchor().Matches(content)) anchors.Add(match.Groups[1].Value);
        return anchors;
    }

    private static string? Problem(string path, string target, IReadOnlyCollection<string> files, Func<string, string> read)
    {
        int hash = target.IndexOf('#', StringComparison.Ordinal);
        string file = hash < 0 ? target : target[..hash];
        string linked = file.Length == 0 ? path : Resolve(path, Uri.UnescapeDataString(file));
        if (!Exists(linked, files)) return "leads to no file";
        if (hash < 0 || !linked.EndsWith(".md", StringComparison.Ordinal)) return null;
        return Anchors(read(linked)).Contains(target[(hash + 1)..]) ? null : $"names a heading that {linked} does not have";
    }

    private static bool Exists(string path, IReadOnlyCollection<string> files) =>
        path.Length > 0 && (files.Contains(path) || files.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal)));

    /// <summary>A link as a path from the root. One that climbs above the root resolves to the empty path, which does not exist.</summary>
    private static string Resolve(string from, string target)
    {
        List<string> parts = [.. from.Split('/')[..^1]];
        foreach (string part in target.TrimEnd('/').Split('/'))
        {
            if (part == ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count == 0) return "";
            else parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    private static string Slug(string heading)
    {
        string words = LinkText().Replace(heading, "$1").Trim().ToLowerInvariant();
        StringBuilder slug = new();
        foreach (char c in words)
        {
            if (char.IsLetterOrDigit(c) || c is '-' or '_') slug.Append(c);
            else if (c == ' ') slug.Append('-');
        }
        return slug.ToString();
    }

    private static string WithoutFences(string text) => Fence().Replace(text, "");

    private static string Prose(string text) => InlineCode().Replace(WithoutFences(text), "");

    [GeneratedRegex(@"^[ \t]*(```+|~~~+).*?^[ \t]*\1[ \t]*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex InlineCode();

    [GeneratedRegex($"{InlineLink}|{HtmlLink}|{ReferenceLink}", RegexOptions.Multiline)]
    private static partial Regex Target();

    [GeneratedRegex("^[a-z][a-z0-9+.-]*:", RegexOptions.IgnoreCase)]
    private static partial Regex Scheme();

    [GeneratedRegex(@"^#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("""<a\s+(?:id|name)="([^"]+)"\s*>""")]
    private static partial Regex ExplicitAnchor();

    [GeneratedRegex(@"!?\[([^\]]*)\]\([^)]*\)")]
    private static partial Regex LinkText();

    [GeneratedRegex(@"^(?:src|tests|docs|deploy|samples)/[\w./-]*(?:\.\w+|/)$")]
    private static partial Regex RootedPath();
}
