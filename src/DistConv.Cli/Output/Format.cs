using DistConv.Images.Folders;
using DistConv.Training.Shards;

namespace DistConv.Cli.Output;

/// <summary>Numbers as people read them.</summary>
internal static class Format
{
    /// <summary>"4,120".</summary>
    public static string Count(double value) => value.ToString("N0");

    /// <summary>"93.1 %" of a share between 0 and 1.</summary>
    public static string Percent(double share, int digits = 1) => double.IsNaN(share) ? "-" : (share * 100).ToString("F" + digits) + " %";

    /// <summary>"0.2301"; large or not finite losses in their shortest form.</summary>
    public static string Loss(double loss) => Math.Abs(loss) < 1000 ? loss.ToString("F4") : loss.ToString("G4");

    /// <summary>"0.001", "3.1E-05": four digits.</summary>
    public static string LearningRate(double rate) => rate.ToString("G4");

    /// <summary>"0:14", "12:05", "1:02:03": whole seconds, rounded up.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0) return "-";
        TimeSpan span = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(seconds, 1e9)));
        return span.TotalHours >= 1 ? $"{(long)span.TotalHours}:{span.Minutes:D2}:{span.Seconds:D2}" : $"{span.Minutes}:{span.Seconds:D2}";
    }

    /// <summary>"14.4 MB", in powers of 1000.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => $"{bytes} B",
        < 1_000_000 => $"{bytes / 1e3:F1} kB",
        < 1_000_000_000 => $"{bytes / 1e6:F1} MB",
        _ => $"{bytes / 1e9:F1} GB",
    };

    /// <summary>"2026-01-31 14:05:09 UTC".</summary>
    public static string Instant(DateTimeOffset instant) => instant.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'");

    /// <summary>"2 epochs", "1 epoch".</summary>
    public static string Plural(long count, string noun) => $"{count:N0} {noun}{(count == 1 ? "" : "s")}";

    /// <summary>"0-3, 6" of ascending numbers.</summary>
    public static string Ranges(IReadOnlyList<int> numbers) => ShardRanges.Format(numbers);

    /// <summary>The name of a data set in a specification without the options that may follow: "images/flowers".</summary>
    public static string DataName(string name) => DataTitle.Of(name);

    /// <summary>A word of a command line, quoted if a shell would split it.</summary>
    public static string ShellWord(string word) =>
        word.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'' or '&' or '|' or ';' or '(' or ')') ? $"\"{word}\"" : word;
}
