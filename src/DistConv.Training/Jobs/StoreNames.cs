using System.Globalization;
using System.Text.RegularExpressions;

namespace DistConv.Training.Jobs;

/// <summary>The names of the files in a job's folder, and the numbers in them.</summary>
internal static partial class StoreNames
{
    public const string Spec = "spec.json";
    public const string Lock = "lock";
    public const string Snapshots = "snapshots";

    public static string Claim(long fence) => $"claim-{fence}";

    public static string Head(long step, long fence) => $"head-{step:D9}-{fence}";

    public static string Snapshot(long step, long fence) => $"step-{step:D9}-{fence}.dcs";

    public static string Kernels(long step, long fence) => $"kernels-{step:D9}-{fence}.dcs";

    public static string Status(long fence, long number) => $"status-{fence}-{number}.json";

    public static string Record(long fence, long number) => $"record-{fence}-{number}.dcr";

    public static string Origin(long fence) => $"origin-{fence}.json";

    public static string Run(long fence) => $"run-{fence}.json";

    public static string Request(long fence, long number) => $"request-{fence}-{number}.json";

    public static string Labels(long number) => $"labels-{number}.json";

    public static string Extension(long fence) => $"extension-{fence}.json";

    /// <summary>The files of a folder whose names are <c>prefix-first[-second]ending</c>, in ascending order of the two numbers.</summary>
    /// <param name="folder">The folder; it may be absent.</param>
    /// <param name="prefix">"claim", "head", "step", "kernels", "status", "record", "log" (of earlier builds), "origin",
    /// "run", "request", "labels" or "extension".</param>
    /// <param name="ending">What follows the numbers; files that are still being written end otherwise.</param>
    /// <returns>Path and numbers; an absent second number is 0.</returns>
    public static List<(string Path, long First, long Second)> Numbered(string folder, string prefix, string ending = "")
    {
        List<(string Path, long First, long Second)> files = [];
        if (!Directory.Exists(folder))
        {
            return files;
        }

        foreach (string path in Directory.EnumerateFiles(folder, prefix + "-*"))
        {
            Match match = Pattern().Match(Path.GetFileName(path));
            if (match.Success && match.Groups["prefix"].Value == prefix && match.Groups["ending"].Value == ending)
            {
                files.Add((path, Number(match.Groups["first"]), Number(match.Groups["second"])));
            }
        }

        files.Sort((a, b) => (a.First, a.Second).CompareTo((b.First, b.Second)));
        return files;
    }

    private static long Number(Group group) => group.Success ? long.Parse(group.ValueSpan, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex("^(?<prefix>[a-z]+)-(?<first>[0-9]{1,18})(-(?<second>[0-9]{1,18}))?(?<ending>(\\..*)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
