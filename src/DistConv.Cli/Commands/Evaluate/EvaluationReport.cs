using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Core.Kernels;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Evaluate;

/// <summary>What an evaluation found, for people and for programs.</summary>
/// <param name="Path">The snapshot file.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Result">Loss and accuracy.</param>
/// <param name="Matrix">Actual and predicted classes; null if samples have targets instead of a class.</param>
/// <param name="Names">The names of the classes or targets.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record EvaluationReport(
    string Path, Snapshot Snapshot, EvaluationResult Result, ConfusionMatrix? Matrix, IReadOnlyList<string> Names, double Seconds)
{
    private const int MaxClassesInTable = 20, MaxHeading = 6;

    /// <summary>The name of the data set.</summary>
    public required string Data { get; init; }

    /// <summary>What the model's penalties on weights come to, beside the losses; null for a model without.</summary>
    public double? Penalty { get; init; }

    /// <summary>Prints it.</summary>
    public void Print(IConsoleOutput output)
    {
        output.Result($"{Path}: {Snapshot.Spec.ModelName} at step {Snapshot.Step:N0}, weights {Snapshot.WeightsDigest()}");
        string on = $"on {Result.Samples:N0} samples of {Format.DataName(Data)} ({Seconds:F1} s)";
        output.Result($"held-out loss {HeldOutText.Of(Snapshot.Spec, Result with { MeanAbsoluteError = null })} {on}");
        if (Result.MeanAbsoluteError is { } error)
            output.Result($"mean absolute error {Format.Loss(error)}{(Matrix is null ? "" : "; accuracy and tables count the nearest class")}");
        if (Result.Validation is { } validation)
            output.Result($"validation loss {HeldOutText.Of(Snapshot.Spec, validation)} on {validation.Samples:N0} samples");
        if (Penalty is { } penalty) output.Result($"penalties on the weights {Format.Loss(penalty)}, beside these losses");
        if (Matrix?.Classes <= MaxClassesInTable) output.Result(CountTable(Matrix));
        if (Matrix is not null) output.Result(ScoreTable(Matrix));
        if (Result.Units.Count > 0) output.Result(UnitTable());
    }

    /// <summary>The fields of <c>--json</c>.</summary>
    public JsonObject ToJson(KernelSet kernel) => new()
    {
        ["snapshot"] = Path,
        ["step"] = Snapshot.Step,
        ["model"] = Snapshot.Spec.ModelName,
        ["data"] = Data,
        ["samples"] = Result.Samples,
        ["testLoss"] = JsonLine.Number(Result.Loss),
        ["testAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(Snapshot.Spec.Labels, Result.Accuracy)),
        ["testMeanAbsoluteError"] = JsonLine.Number(Result.MeanAbsoluteError),
        ["testAuc"] = JsonLine.Number(Result.Auc),
        ["validationLoss"] = JsonLine.Number(Result.Validation?.Loss),
        ["validationAccuracy"] = JsonLine.Number(JobFigures.MeasuredAccuracy(Snapshot.Spec.Labels, Result.Validation?.Accuracy)),
        ["validationMeanAbsoluteError"] = JsonLine.Number(Result.Validation?.MeanAbsoluteError),
        ["validationAuc"] = JsonLine.Number(Result.Validation?.Auc),
        ["penalty"] = JsonLine.Number(Penalty),
        ["elapsedSeconds"] = JsonLine.Number(Seconds),
        ["kernel"] = kernel.Name,
        ["weightsDigest"] = Snapshot.WeightsDigest(),
        ["confusion"] = Matrix is { } matrix ? JsonLine.Array(Labels, label => JsonLine.Array(matrix.Row(label), count => count)) : null,
        ["classes"] = Matrix is { } counts ? JsonLine.Array(Labels, label => ToJson(label, counts.Score(label))) : null,
        ["outputs"] = JsonLine.Array(Enumerable.Range(0, Result.Units.Count), ToJson),
    };

    private IEnumerable<int> Labels => Enumerable.Range(0, Matrix?.Classes ?? 0);

    private JsonObject ToJson(int label, ClassScore score) => new()
    {
        ["name"] = Names[label],
        ["precision"] = JsonLine.Number(score.Precision),
        ["recall"] = JsonLine.Number(score.Recall),
        ["f1"] = JsonLine.Number(score.F1),
        ["support"] = score.Support,
    };

    private JsonObject ToJson(int unit)
    {
        UnitResult result = Result.Units[unit];
        JsonObject fields = result.Score is { } score ? ToJson(unit, score) : new() { ["name"] = Names[unit] };
        fields["auc"] = JsonLine.Number(result.Auc);
        fields["meanAbsoluteError"] = JsonLine.Number(result.MeanAbsoluteError);
        return fields;
    }

    /// <summary>Each of several labels or numbers.</summary>
    private TextTable UnitTable()
    {
        bool isRanked = Result.Units[0].Score is not null, isMeasured = Result.Units[0].MeanAbsoluteError is not null;
        string[] scores = isRanked ? [" AUC", " PRECISION", " RECALL", " F1", " SAMPLES"] : [];
        TextTable table = new([isRanked ? "LABEL" : "OUTPUT", .. scores, .. isMeasured ? (string[])[" MEAN ABSOLUTE ERROR"] : []]);
        for (int unit = 0; unit < Result.Units.Count; unit++)
        {
            UnitResult result = Result.Units[unit];
            List<string> cells = [Names[unit]];
            if (result.Score is { } score)
            {
                cells.AddRange([
                    result.Auc is { } auc ? HeldOutText.Area(auc) : "-", Format.Percent(score.Precision, 2), Format.Percent(score.Recall, 2),
                    Format.Percent(score.F1, 2), Format.Count(score.Support)]);
            }

            if (result.MeanAbsoluteError is { } error) cells.Add(Format.Loss(error));
            table.Add([.. cells]);
        }

        return table;
    }

    private TextTable CountTable(ConfusionMatrix matrix)
    {
        // Columns as wide as long names do not fit a terminal: then rows have the names, and columns the numbers.
        bool isNumbered = Names.Any(name => name.Length > MaxHeading);
        TextTable table = new(["ACTUAL \\ PREDICTED", .. Labels.Select(label => isNumbered ? $" {label}" : $" {Names[label]}")]);
        foreach (int label in Labels) table.Add([isNumbered ? $"{label} {Names[label]}" : Names[label], .. matrix.Row(label).Select(count => $"{count}")]);
        return table;
    }

    private TextTable ScoreTable(ConfusionMatrix matrix)
    {
        TextTable table = new("CLASS", " PRECISION", " RECALL", " F1", " SAMPLES");
        foreach (int label in Labels)
        {
            ClassScore score = matrix.Score(label);
            table.Add(Names[label], Format.Percent(score.Precision, 2), Format.Percent(score.Recall, 2), Format.Percent(score.F1, 2),
                Format.Count(score.Support));
        }

        return table;
    }
}
