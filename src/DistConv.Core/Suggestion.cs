namespace DistConv.Core;

/// <summary>"Did you mean …?": the choice that a mistyped word was probably meant to be.</summary>
public static class Suggestion
{
    // Longer input is no mistyped word, and the distance is quadratic.
    private const int MaxLength = 64;
    private const int MinPrefix = 3;

    /// <summary>
    /// The choice nearest to <paramref name="given"/>, case ignored: within a third of the longer word's length (at least 1) by <see cref="Distance"/>, or else
    /// one of which it is the beginning (or the other way round, at least 3 characters).
    /// </summary>
    /// <param name="given">What was typed.</param>
    /// <param name="choices">What would have been right; of equally near ones the first wins.</param>
    /// <returns>The choice, or null if none is near.</returns>
    public static string? Closest(string given, IEnumerable<string> choices)
    {
        ArgumentNullException.ThrowIfNull(given);
        ArgumentNullException.ThrowIfNull(choices);
        if (given.Length is 0 or > MaxLength) return null;
        string? nearest = null, prefixed = null;
        int nearestDistance = int.MaxValue;
        foreach (string choice in choices)
        {
            int longer = Math.Max(given.Length, choice.Length);
            int distance = Distance(given.ToUpperInvariant(), choice.ToUpperInvariant());
            if (distance < nearestDistance && distance < longer && distance <= Math.Max(1, longer / 3)) (nearest, nearestDistance) = (choice, distance);
            if (SharePrefix(given, choice)) prefixed ??= choice;
        }

        return nearest ?? prefixed;
    }

    /// <summary>The end of an error message.</summary>
    /// <param name="given">What was typed.</param>
    /// <param name="choices">What would have been right.</param>
    /// <returns><c>"; did you mean 'choice'?"</c>, or an empty text if no choice is near.</returns>
    public static string DidYouMean(string given, IEnumerable<string> choices) =>
        Closest(given, choices) is { } closest ? $"; did you mean '{closest}'?" : "";

    /// <summary>
    /// The fewest insertions, deletions, replacements and swaps of neighbours that turn one text into the other, no character edited twice (optimal string
    /// alignment: Damerau 1964, Wagner and Fischer 1974).
    /// </summary>
    /// <param name="a">A text.</param>
    /// <param name="b">Another.</param>
    /// <returns>The distance: 0 if they are equal, at most the longer one's length.</returns>
    public static int Distance(string a, string b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        int[] beforePrevious = new int[b.Length + 1], previous = new int[b.Length + 1], current = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++) previous[j] = j;
        for (int i = 1; i <= a.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replace = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(previous[j], current[j - 1]) + 1);
                bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
                if (swapped) current[j] = Math.Min(current[j], beforePrevious[j - 2] + 1);
            }

            (beforePrevious, previous, current) = (previous, current, beforePrevious);
        }

        return previous[b.Length];
    }

    private static bool SharePrefix(string given, string choice) =>
        Math.Min(given.Length, choice.Length) >= MinPrefix
        && (choice.StartsWith(given, StringComparison.OrdinalIgnoreCase) || given.StartsWith(choice, StringComparison.OrdinalIgnoreCase));
}
