using System.Text.Json;
using DistConv.Training.Records;

namespace DistConv.Client.Exports;

/// <summary>A column of the steps of a record. CSV, JSON Lines, TensorBoard's event files and the dashboard's series derive from this one table.</summary>
/// <param name="Name">Its name in CSV.</param>
/// <param name="Key">Its name in JSON Lines.</param>
/// <param name="Series">Its name in the dashboard's series; null: it is not a curve.</param>
/// <param name="Of">Its value in a step.</param>
internal sealed record RecordColumn(string Name, JsonEncodedText Key, string? Series, Func<StepEntry, StepValue> Of)
{
    private RecordColumn(string name, string key, string? series, Func<StepEntry, StepValue> of)
        : this(name, JsonEncodedText.Encode(key), series, of)
    {
    }

    /// <summary>Mean loss of the step's samples.</summary>
    public static RecordColumn Loss { get; } = new("loss", "loss", "loss", static step => StepValue.Double(step.Loss));

    /// <summary>Share of its samples that were classified correctly.</summary>
    public static RecordColumn Accuracy { get; } = new("accuracy", "accuracy", "accuracy", static step => StepValue.Double(step.Accuracy));

    /// <summary>The learning rate with which it was applied.</summary>
    public static RecordColumn LearningRate { get; } = new("learning_rate", "learningRate", "rate", static step => StepValue.Single(step.LearningRate));

    /// <summary>All columns, in the order of the exports. Those of the layers' norms follow them.</summary>
    public static IReadOnlyList<RecordColumn> All { get; } =
    [
        new("step", "step", null, static step => StepValue.Whole(step.Step)),
        new("time", "time", null, static step => StepValue.Time(step.Time)),
        Loss,
        Accuracy,
        LearningRate,
        new("samples", "samples", "samples", static step => StepValue.Whole(step.Samples)),
        new("seconds", "seconds", "seconds", static step => StepValue.Double(step.Milliseconds / 1e3)),
        new("compute_seconds", "computeSeconds", "compute", static step => Phase(step, step.Timing.Compute)),
        new("exchange_seconds", "exchangeSeconds", "exchange", static step => Phase(step, step.Timing.Exchange)),
        new("reduce_seconds", "reduceSeconds", "reduce", static step => Phase(step, step.Timing.Reduce)),
        new("update_seconds", "updateSeconds", "update", static step => Phase(step, step.Timing.Update)),
        new("exchanged_bytes", "exchangedBytes", null, static step => IsTimed(step) ? StepValue.Whole(step.Timing.ExchangedBytes) : default),
        new("retried_shards", "retriedShards", null, static step => IsTimed(step) ? StepValue.Whole(step.RetriedShards) : default),
    ];

    private static StepValue Phase(StepEntry step, double milliseconds) => StepValue.Single(IsTimed(step) ? (float)(milliseconds / 1e3) : null);

    /// <summary>Builds that did not note when a step ended did not note its phases either.</summary>
    private static bool IsTimed(StepEntry step) => step.Time is not null;
}
