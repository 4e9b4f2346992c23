using DistConv.Training.Jobs;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="JobSummary"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.JobSummary")]
internal struct JobSummarySurrogate
{
    [Id(0)]
    public string Id;

    [Id(1)]
    public int State;

    [Id(2)]
    public string Model;

    [Id(3)]
    public string Data;

    [Id(4)]
    public long Step;

    [Id(5)]
    public long TotalSteps;

    [Id(6)]
    public int Epochs;

    [Id(7)]
    public double? TestAccuracy;

    [Id(8)]
    public DateTimeOffset? UpdatedAt;

    [Id(9)]
    public string[] Tags;

    [Id(10)]
    public string Note;
}

/// <summary>Converts <see cref="JobSummary"/>.</summary>
[RegisterConverter]
internal sealed class JobSummaryConverter : IConverter<JobSummary, JobSummarySurrogate>
{
    /// <inheritdoc/>
    public JobSummary ConvertFromSurrogate(in JobSummarySurrogate surrogate) => new(
        surrogate.Id,
        (JobState)surrogate.State,
        surrogate.Model,
        surrogate.Data,
        surrogate.Step,
        surrogate.TotalSteps,
        surrogate.Epochs,
        surrogate.TestAccuracy,
        surrogate.UpdatedAt)
    {
        Labels = new JobLabels { Tags = surrogate.Tags, Note = surrogate.Note },
    };

    /// <inheritdoc/>
    public JobSummarySurrogate ConvertToSurrogate(in JobSummary value) => new()
    {
        Id = value.Id,
        State = (int)value.State,
        Model = value.Model,
        Data = value.Data,
        Step = value.Step,
        TotalSteps = value.TotalSteps,
        Epochs = value.Epochs,
        TestAccuracy = value.TestAccuracy,
        UpdatedAt = value.UpdatedAt,
        Tags = [.. value.Labels.Tags],
        Note = value.Labels.Note,
    };
}

/// <summary><see cref="SnapshotHead"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.SnapshotHead")]
internal struct SnapshotHeadSurrogate
{
    [Id(0)]
    public long Step;

    [Id(1)]
    public long Fence;

    [Id(2)]
    public string Path;
}

/// <summary>Converts <see cref="SnapshotHead"/>.</summary>
[RegisterConverter]
internal sealed class SnapshotHeadConverter : IConverter<SnapshotHead, SnapshotHeadSurrogate>
{
    /// <inheritdoc/>
    public SnapshotHead ConvertFromSurrogate(in SnapshotHeadSurrogate surrogate) => new(surrogate.Step, surrogate.Fence, surrogate.Path);

    /// <inheritdoc/>
    public SnapshotHeadSurrogate ConvertToSurrogate(in SnapshotHead value) => new() { Step = value.Step, Fence = value.Fence, Path = value.Path };
}
