using System.Globalization;
using System.Text.RegularExpressions;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Machines;

/// <summary>The newest of what a job's record tells about a silo.</summary>
/// <param name="Silo">The silo's address.</param>
/// <param name="ProcessId">Its process.</param>
/// <param name="IsLost">Whether it no longer computes.</param>
/// <param name="Text">What happened, in words.</param>
/// <param name="Time">When.</param>
internal sealed partial record SiloNews(string Silo, int ProcessId, bool IsLost, string Text, DateTimeOffset Time)
{
    /// <summary>How long people see it.</summary>
    public static readonly TimeSpan Shown = TimeSpan.FromMinutes(5);

    /// <summary>Which process it is: an address may be another one's later.</summary>
    public (string Silo, int ProcessId) Key => (Silo, ProcessId);

    /// <summary>The news of the last minutes, one for each silo.</summary>
    /// <param name="events">A job's events, in the order of its record.</param>
    /// <param name="now">The time.</param>
    public static IReadOnlyList<SiloNews> Of(IReadOnlyList<JobEvent> events, DateTimeOffset now)
    {
        Dictionary<(string Silo, int ProcessId), SiloNews> news = [];
        foreach (JobEvent happened in events)
        {
            bool isAboutSilos = happened.Kind is JobEventKind.SiloLost or JobEventKind.SiloJoined or JobEventKind.Hedge;
            if (!isAboutSilos || now - happened.Time > Shown || Named().Match(happened.Text) is not { Success: true } named) continue;
            int process = int.Parse(named.Groups[2].ValueSpan, CultureInfo.InvariantCulture);
            SiloNews one = new(named.Groups[1].Value, process, happened.Kind == JobEventKind.SiloLost, happened.Text, happened.Time);
            news[one.Key] = one;
        }

        return [.. news.Values];
    }

    /// <summary>The record has events in words; silos are named as coordinators write them.</summary>
    [GeneratedRegex(@"silo (\S+) \(process (\d{1,9})\)")]
    private static partial Regex Named();
}
