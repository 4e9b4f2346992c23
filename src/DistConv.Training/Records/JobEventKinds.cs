using System.Reflection;
using System.Text.Json.Serialization;

namespace DistConv.Training.Records;

/// <summary>The names of events, as records and exports have them.</summary>
public static class JobEventKinds
{
    private static readonly Dictionary<JobEventKind, string> _names = Enum.GetValues<JobEventKind>().ToDictionary(
        kind => kind, kind => typeof(JobEventKind).GetField(kind.ToString())!.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()!.Name);

    /// <summary>The name of a kind of events.</summary>
    /// <param name="kind">The kind.</param>
    /// <returns>For example "siloLost".</returns>
    public static string Name(JobEventKind kind) => _names[kind];
}
