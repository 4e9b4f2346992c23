using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Client.Exports;

/// <summary>What decides the columns of a job's exports.</summary>
/// <param name="Layers">The layers that have norms, those with parameters, from input to output.</param>
/// <param name="HasAccuracy">Whether samples are right or wrong; an accuracy that means nothing is left out.</param>
internal sealed record ExportedJob(IReadOnlyList<string> Layers, bool HasAccuracy)
{
    /// <summary>The columns of a job.</summary>
    /// <param name="spec">The job.</param>
    public static ExportedJob Of(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new(
            [.. spec.Plan().Layers.Where(layer => layer.Tensors.Count > 0).Select(layer => layer.Layer.Name)], JobFigures.AccuracyOf(spec.Labels) is not null);
    }

    /// <summary>A step's value in a column.</summary>
    /// <param name="column">The column.</param>
    /// <param name="step">The step.</param>
    /// <returns>Missing, if the job has no such figure.</returns>
    public StepValue Value(RecordColumn column, StepEntry step) => column == RecordColumn.Accuracy && !HasAccuracy ? default : column.Of(step);

    /// <summary>An accuracy that an epoch measured.</summary>
    /// <param name="measured">The share of samples that are right, as it was recorded.</param>
    /// <returns>Null, if the job has no such figure.</returns>
    public double? Accuracy(double? measured) => HasAccuracy ? measured : null;
}
