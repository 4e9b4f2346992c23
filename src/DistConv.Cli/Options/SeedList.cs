using System.Globalization;
using DistConv.Core;

namespace DistConv.Cli.Options;

/// <summary>Seeds as people list them.</summary>
internal static class SeedList
{
    /// <summary>Reads "1-5", "1,3,7" or "1-3,9".</summary>
    /// <param name="name">What has the list, for messages.</param>
    /// <param name="text">The list.</param>
    /// <returns>The seeds in this order.</returns>
    /// <exception cref="InvalidInputException">It is no such list, names a seed twice, or has too many.</exception>
    public static IReadOnlyList<ulong> Parse(string name, string text)
    {
        const int most = SeriesOptionSet.MostJobs;
        List<ulong> seeds = [];
        foreach (string part in text.Split(','))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryRead(ends[0], out ulong first) || !TryRead(ends[^1], out ulong last) || last < first)
                throw new InvalidInputException($"{name} is '{text}'; give seeds, as 1-5 or 1,3,7");
            if (last - first >= most || seeds.Count + (int)(last - first) >= most)
                throw new InvalidInputException($"{name} is '{text}', which is more than {most} seeds; a series has at most {most} jobs");
            for (ulong offset = 0; offset <= last - first; offset++) seeds.Add(first + offset);
        }

        return seeds.Distinct().Count() == seeds.Count ? seeds : throw new InvalidInputException($"{name} is '{text}', which names a seed twice");
    }

    private static bool TryRead(string text, out ulong seed) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out seed);
}
