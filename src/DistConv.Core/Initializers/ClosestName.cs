namespace DistConv.Core.Initializers;

/// <summary>Finds what a mistyped name was meant to be.</summary>
internal static class ClosestName
{
    /// <summary>
    /// The choice nearest to a name by Levenshtein distance, letter case and separators ignored, if at most a third of its letters differ; otherwise null.
    /// </summary>
    public static string? Find(string name, IEnumerable<string> choices)
    {
        string wanted = Normalize(name);
        string? closest = null;
        int closestDistance = int.MaxValue;
        foreach (string choice in choices)
        {
            string candidate = Normalize(choice);
            int distance = Distance(wanted, candidate);
            if (distance * 3 <= candidate.Length && distance < closestDistance)
                (closest, closestDistance) = (choice, distance);
        }

        return closest;
    }

    private static string Normalize(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private static int Distance(string a, string b)
    {
        int[] row = [.. Enumerable.Range(0, b.Length + 1)];
        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
