using System.Text.Json.Serialization;

namespace DistConv.Training.Jobs;

/// <summary>What a person asks of a running job.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<JobRequest>))]
public enum JobRequest
{
    /// <summary>End at a step boundary with a snapshot, until it is resumed.</summary>
    [JsonStringEnumMemberName("pause")]
    Pause,

    /// <summary>End at a step boundary with a snapshot, for good (a later resume is possible all the same).</summary>
    [JsonStringEnumMemberName("cancel")]
    Cancel,
}

/// <summary>The content of a request file.</summary>
/// <param name="Request">What is asked.</param>
internal sealed record RequestRecord(JobRequest? Request);
