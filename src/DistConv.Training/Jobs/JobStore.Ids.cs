using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.RegularExpressions;
using DistConv.Core;
using DistConv.Core.Reading;

namespace DistConv.Training.Jobs;

/// <content>The ids of jobs.</content>
public sealed partial class JobStore
{
    /// <summary>What a job id must be, as the remedy in a message.</summary>
    public const string IdRule = "use 1 to 64 characters of a-z, 0-9 and '-', the first not '-', and no device name of Windows";

    private static readonly string[] _reservedOnWindows =
        ["con", "prn", "aux", "nul", .. Enumerable.Range(1, 9).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })];

    /// <summary>Makes an id for a new job: name, date and time, and three random digits, such as "digits-1123-0412-a3f".</summary>
    /// <param name="time">The clock; the id has its UTC month, day, hour and minute.</param>
    /// <param name="name">What the job is about: a model or a data set.</param>
    /// <returns>A valid id of at most 53 characters.</returns>
    public static string NewJobId(TimeProvider time, string name)
    {
        ArgumentNullException.ThrowIfNull(time);
        ArgumentNullException.ThrowIfNull(name);
        string readable = NotInIds().Replace(name.ToLowerInvariant(), "-").Trim('-');
        readable = readable.Length == 0 ? "job" : readable[..int.Min(readable.Length, 39)].TrimEnd('-');
        return $"{readable}-{time.GetUtcNow():MMdd-HHmm}-{RandomNumberGenerator.GetHexString(3, lowercase: true)}";
    }

    /// <summary>Whether a text can be a job's id: 1 to 64 characters of a-z, 0-9 and '-', the first not '-', and no device name of Windows.</summary>
    /// <param name="jobId">The text.</param>
    /// <returns>True if it can.</returns>
    public static bool IsJobId([NotNullWhen(true)] string? jobId) => jobId is not null && ValidId().IsMatch(jobId) && !_reservedOnWindows.Contains(jobId);

    /// <summary>What to say about a text that is no job id.</summary>
    /// <param name="jobId">The text.</param>
    /// <returns>The problem with the setting "job".</returns>
    public static SettingProblem InvalidId(string? jobId) =>
        new("job", $"is {MessageText.Quote(jobId ?? "")}, which is not a job id; {IdRule}");

    private static void EnsureValid(string jobId)
    {
        if (!IsJobId(jobId))
        {
            throw new InvalidInputException([InvalidId(jobId)]);
        }
    }

    private string Hint(string jobId)
    {
        IReadOnlyList<string> ids = List();
        if (ids.Count == 0)
        {
            return "it holds no job yet";
        }

        string nearest = ids.MinBy(id => Suggestion.Distance(id, jobId))!;
        if (nearest.StartsWith(jobId, StringComparison.Ordinal) || Suggestion.Distance(nearest, jobId) <= int.Max(2, jobId.Length / 4))
        {
            return $"did you mean '{nearest}'?";
        }

        return $"it holds {string.Join(", ", ids.Take(5))}{(ids.Count > 5 ? $" and {ids.Count - 5} more" : "")}";
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ValidId();

    [GeneratedRegex("[^a-z0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotInIds();
}
