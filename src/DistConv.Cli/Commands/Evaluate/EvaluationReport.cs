using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Core.Kernels;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Evaluate;

/// <summary>What an evaluation found, for people and for programs.</summary>
/// <param name="Path">The snapshot file.</param>
/// <param name="Snapshot">The snapshot.</param>
/// <param name="Result">Loss and accuracy.</param>
/// <param name="Matrix">Actual and predicted classes.</param>
/// <param name="Names">The classes' names.</param>
/// <param name="Seconds">How long it took.</param>
internal sealed record EvaluationReport(
    string Path, Snapshot Snapshot, EvaluationResult Result, ConfusionMatrix Matrix, IReadOnlyList<string> Names, double Seconds)
{
    private const int MaxClassesInTable = 20, MaxHeading = 6;

    /// <summary>Of a model of numbers, the mean distance between its outputs and what they should be; null for others.</summary>
    public double? AbsoluteError { get; init; }

    /// <summary>What the model's penalties on weights come to, beside the losses; null for a model without.</summary>
    public double? Penalty { get; init; }

    /// <summary>Prints it.</summary>
    public void Print(IConsoleOutput output)
    {
        output.Result($"{Path}: {Snapshot.Spec.ModelName} at step {Snapshot.Step:N0}, weights {Snapshot.WeightsDigest()}");
        string accuracy = Format.Percent(Result.Accuracy, 2);
        output.Result(
            $"held-out loss {Format.Loss(Result.Loss)}, accuracy {accuracy} on {Result.Samples:N0} samples of {Format.DataName(Snapshot.Spec.Data)} "
                + $"({Seconds:F1} s)");
        if (AbsoluteError is { } error) output.Result($"mean absolute error {Format.Loss(error)}; accuracy and tables count the nearest class");
        if (Result.Validation is { } validation)
            output.Result(
                $"validation loss {Format.Loss(validation.Loss)}, accuracy {Format.Percent(validation.Accuracy, 2)} on {validation.Samples:N0} samples");
        if (Penalty is { } penalty) output.Result($"penalties on the weights {Format.Loss(penalty)}, beside these losses");
        if (Matrix.Classes <= MaxClassesInTable) output.Result(CountTable());
        output.Result(ScoreTable());
    }

    /// <summary>The fields of <c>--json</c>.</summary>
    public JsonObject ToJson(KernelSet kernel) => new()
    {
        ["snapshot"] = Path,
        ["step"] = Snapshot.Step,
        ["model"] = Snapshot.Spec.ModelName,
        ["data"] = Snapshot.Spec.Data,
        ["samples"] = Result.Samples,
        ["testLoss"] = JsonLine.Number(Result.Loss),
        ["testAccuracy"] = JsonLine.Number(Result.Accuracy),
        ["testMeanAbsoluteError"] = JsonLine.Number(AbsoluteError),
        ["validationLoss"] = JsonLine.Number(Result.Validation?.Loss),
        ["validationAccuracy"] = JsonLine.Number(Result.Validation?.Accuracy),
        ["penalty"] = JsonLine.Number(Penalty),
        ["elapsedSeconds"] = JsonLine.Number(Seconds),
        ["kernel"] = kernel.Name,
        ["weightsDigest"] = Snapshot.WeightsDigest(),
        ["confusion"] = JsonLine.Array(Labels, label => JsonLine.Array(Matrix.Row(label), count => count)),
        ["classes"] = JsonLine.Array(Labels, label =>
        {
            ClassScore score = Matrix.Score(label);
            return new JsonObject
            {
                ["name"] = Names[label],
                ["precision"] = JsonLine.Number(score.Precision),
                ["recall"] = JsonLine.Number(score.Recall),
                ["f1"] = JsonLine.Number(score.F1),
                ["support"] = score.Support,
            };
        }),
    };

    private IEnumerable<int> Labels => Enumerable.Range(0, Matrix.Classes);

    private TextTable CountTable()
    {
        // Columns as wide as long names do not fit a terminal: then rows have the names, and columns the numbers.
        bool isNumbered = Names.Any(name => name.Length > MaxHeading);
        TextTable table = new(["ACTUAL \\ PREDICTED", .. Labels.Select(label => isNumbered ? $" {label}" : $" {Names[label]}")]);
        foreach (int label in Labels) table.Add([isNumbered ? $"{label} {Names[label]}" : Names[label], .. Matrix.Row(label).Select(count => $"{count}")]);
        return table;
    }

    private TextTable ScoreTable()
    {
        TextTable table = new("CLASS", " PRECISION", " RECALL", " F1", " SAMPLES");
        foreach (int label in Labels)
        {
            ClassScore score = Matrix.Score(label);
            table.Add(Names[label], Format.Percent(score.Precision, 2), Format.Percent(score.Recall, 2), Format.Percent(score.F1, 2),
                Format.Count(score.Support));
        }

        return table;
    }
}
