namespace DistConv.House.Tests.Checks;

/// <summary>
/// Circles between the parts of a project. A part is a top-level folder, or a file that lies beside the folders; files beside the folders may use each other.
/// Each circle is reported with the uses that close it.
/// </summary>
internal static class FolderCircles
{
    private const int ExamplesPerEdge = 4;

    public static IEnumerable<string> In(IReadOnlyList<SourceUse> uses)
    {
        foreach (IGrouping<string, SourceUse> project in uses.GroupBy(use => SourceSet.ProjectOf(use.File)))
        {
            Dictionary<(string From, string To), List<SourceUse>> edges = project
                .GroupBy(use => (From: PartOf(use.File), To: PartOf(use.DeclaredIn)))
                .Where(edge => edge.Key.From != edge.Key.To)
                .ToDictionary(edge => edge.Key, edge => edge.ToList());
            foreach (string[] circle in Circles([.. edges.Keys]).Where(circle => circle.Any(IsFolder))) yield return Describe(project.Key, circle, edges);
        }
    }

    /// <summary>The strongly connected components of more than one part, each in ordinal order.</summary>
    public static IReadOnlyList<string[]> Circles(IReadOnlyCollection<(string From, string To)> edges)
    {
        ILookup<string, string> next = edges.ToLookup(edge => edge.From, edge => edge.To, StringComparer.Ordinal);
        Dictionary<string, HashSet<string>> reached = edges.Select(edge => edge.From).Distinct().ToDictionary(part => part, part => Reach(part, next));
        bool Connected(string one, string other) => reached[one].Contains(other) && reached.TryGetValue(other, out HashSet<string>? back) && back.Contains(one);
        return [.. reached.Keys
            .Where(part => reached[part].Contains(part))
            .GroupBy(part => reached[part].Where(other => Connected(part, other)).Min(StringComparer.Ordinal))
            .Select(circle => circle.Order(StringComparer.Ordinal).ToArray())];
    }

    private static HashSet<string> Reach(string from, ILookup<string, string> next)
    {
        HashSet<string> reached = new(StringComparer.Ordinal);
        Stack<string> open = new([from]);
        while (open.TryPop(out string? part))
        {
            foreach (string to in next[part])
            {
                if (reached.Add(to)) open.Push(to);
            }
        }
        return reached;
    }

    private static bool IsFolder(string part) => !part.EndsWith(".cs", StringComparison.Ordinal);

    private static string PartOf(string path) => path.Split('/')[2];

    private static string Describe(string project, string[] circle, Dictionary<(string From, string To), List<SourceUse>> edges)
    {
        IEnumerable<string> lines = edges
            .Where(edge => circle.Contains(edge.Key.From, StringComparer.Ordinal) && circle.Contains(edge.Key.To, StringComparer.Ordinal))
            .OrderBy(edge => edge.Key)
            .Select(edge => $"  {edge.Key.From} → {edge.Key.To} ({edge.Value.Count}): {Examples(edge.Value)}");
        return $"{project}: {string.Join(", ", circle)}\n{string.Join('\n', lines)}";
    }

    private static string Examples(List<SourceUse> uses) =>
        string.Join("; ", uses.Take(ExamplesPerEdge).Select(use => $"{Path.GetFileName(use.File)}:{use.Line} uses {use.Type}"));
}
