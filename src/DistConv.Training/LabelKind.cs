using System.Text.Json.Serialization;

namespace DistConv.Training.Data;

/// <summary>What the samples of a data set are labelled with.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<LabelKind>))]
public enum LabelKind
{
    /// <summary>Each sample has one class.</summary>
    [JsonStringEnumMemberName("class")]
    Class,

    /// <summary>Each sample has any of several labels: a target of 0 or 1 for each.</summary>
    [JsonStringEnumMemberName("several")]
    Several,

    /// <summary>Each sample has one or more numbers.</summary>
    [JsonStringEnumMemberName("numbers")]
    Numbers,
}
