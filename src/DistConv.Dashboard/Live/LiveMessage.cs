using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using DistConv.Training.Records;

namespace DistConv.Dashboard.Live;

/// <summary>One event of a stream, made once for all who hear it.</summary>
/// <param name="Name">The event's name.</param>
/// <param name="Data">JSON.</param>
internal sealed record LiveMessage(string Name, byte[] Data)
{
    /// <summary>The job whose position it moves; or null.</summary>
    public string? Job { get; init; }

    /// <summary>The position in that job's record after it.</summary>
    public RecordCursor Cursor { get; init; }

    /// <summary>Makes one.</summary>
    public static LiveMessage Of<T>(string name, T value, JsonTypeInfo<T> type) => new(name, JsonSerializer.SerializeToUtf8Bytes(value, type));
}
