using DistConv.Training.Jobs;

namespace DistConv.Grains.Codecs;

/// <summary><see cref="RecordCursor"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.RecordCursor")]
internal struct RecordCursorSurrogate
{
    [Id(0)]
    public long Fence;

    [Id(1)]
    public long Segment;

    [Id(2)]
    public long Offset;
}

/// <summary>Converts <see cref="RecordCursor"/>.</summary>
[RegisterConverter]
internal sealed class RecordCursorConverter : IConverter<RecordCursor, RecordCursorSurrogate>
{
    /// <inheritdoc/>
    public RecordCursor ConvertFromSurrogate(in RecordCursorSurrogate surrogate) => new(surrogate.Fence, surrogate.Segment, surrogate.Offset);

    /// <inheritdoc/>
    public RecordCursorSurrogate ConvertToSurrogate(in RecordCursor value) => new() { Fence = value.Fence, Segment = value.Segment, Offset = value.Offset };
}

/// <summary><see cref="RecordedStep"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.RecordedStep")]
internal struct RecordedStepSurrogate
{
    [Id(0)]
    public RecordCursor After;

    [Id(1)]
    public long Step;

    [Id(2)]
    public double Loss;

    [Id(3)]
    public double Accuracy;

    [Id(4)]
    public int Samples;

    [Id(5)]
    public double Milliseconds;

    [Id(6)]
    public ulong[] LayerHashes;

    [Id(7)]
    public float? LearningRate;
}

/// <summary>Converts <see cref="RecordedStep"/>.</summary>
[RegisterConverter]
internal sealed class RecordedStepConverter : IConverter<RecordedStep, RecordedStepSurrogate>
{
    /// <inheritdoc/>
    public RecordedStep ConvertFromSurrogate(in RecordedStepSurrogate surrogate) => new(
        surrogate.After,
        new StepLogEntry(
            surrogate.Step, surrogate.Loss, surrogate.Accuracy, surrogate.Samples, surrogate.Milliseconds, surrogate.LayerHashes, surrogate.LearningRate));

    /// <inheritdoc/>
    public RecordedStepSurrogate ConvertToSurrogate(in RecordedStep value) => new()
    {
        After = value.After,
        Step = value.Entry.Step,
        Loss = value.Entry.Loss,
        Accuracy = value.Entry.Accuracy,
        Samples = value.Entry.Samples,
        Milliseconds = value.Entry.Milliseconds,
        LayerHashes = [.. value.Entry.LayerHashes],
        LearningRate = value.Entry.LearningRate,
    };
}

/// <summary><see cref="RecordPage"/> in a message.</summary>
[GenerateSerializer]
[Alias("DistConv.RecordPage")]
internal struct RecordPageSurrogate
{
    [Id(0)]
    public RecordedStep[] Steps;

    [Id(1)]
    public RecordCursor Next;

    [Id(2)]
    public int DamagedLines;
}

/// <summary>Converts <see cref="RecordPage"/>.</summary>
[RegisterConverter]
internal sealed class RecordPageConverter : IConverter<RecordPage, RecordPageSurrogate>
{
    /// <inheritdoc/>
    public RecordPage ConvertFromSurrogate(in RecordPageSurrogate surrogate) => new(surrogate.Steps, surrogate.Next, surrogate.DamagedLines);

    /// <inheritdoc/>
    public RecordPageSurrogate ConvertToSurrogate(in RecordPage value) =>
        new() { Steps = [.. value.Steps], Next = value.Next, DamagedLines = value.DamagedLines };
}
