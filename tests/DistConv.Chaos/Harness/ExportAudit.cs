using System.Globalization;
using System.Text.Json;
using DistConv.Client.Exports;
using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Chaos.Harness;

/// <summary>Whether what <c>jobs metrics</c> exports has every step exactly once, in order, with the values of the record.</summary>
internal static class ExportAudit
{
    /// <summary>Checks a format, written by the code of <c>jobs metrics</c>.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="table">Its record.</param>
    /// <param name="format">One of <see cref="TextExport.Formats"/>.</param>
    /// <param name="steps">The steps that the job should have.</param>
    /// <returns>A line for what is wrong first; null if nothing is.</returns>
    public static string? Check(JobSpec spec, RecordTable table, string format, long steps)
    {
        using StringWriter text = new();
        TextExport.Write(table, format, ExportedJob.Of(spec), text);
        string[] lines = text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Exported[] rows = [.. format switch
        {
            "csv" => Csv(lines),
            "jsonl" => JsonLines(lines),
            _ => throw new ArgumentException($"'{format}' cannot be read here", nameof(format)),
        }];
        if (rows.Length != steps) return $"{format} has {rows.Length} steps instead of {steps}";
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Step != i) return $"{format} has step {rows[i].Step} where {i} should be";
            StepEntry recorded = table.Steps[i];
            Exported expected = new(recorded.Step, recorded.Loss, recorded.Accuracy, recorded.Samples, recorded.LearningRate);
            if (rows[i] != expected) return $"step {i} in {format} is {rows[i]}, in the record {expected}";
        }

        return null;
    }

    private static IEnumerable<Exported> Csv(string[] lines)
    {
        string[] names = lines[0].Split(',');
        int step = Array.IndexOf(names, "step"), loss = Array.IndexOf(names, "loss"), accuracy = Array.IndexOf(names, "accuracy");
        int samples = Array.IndexOf(names, "samples"), rate = Array.IndexOf(names, "learning_rate");
        foreach (string[] row in lines.Skip(1).Select(line => line.Split(',')))
        {
            yield return new Exported(
                long.Parse(row[step], CultureInfo.InvariantCulture), double.Parse(row[loss], CultureInfo.InvariantCulture),
                double.Parse(row[accuracy], CultureInfo.InvariantCulture), int.Parse(row[samples], CultureInfo.InvariantCulture),
                row[rate].Length == 0 ? null : float.Parse(row[rate], CultureInfo.InvariantCulture));
        }
    }

    private static IEnumerable<Exported> JsonLines(string[] lines)
    {
        foreach (string line in lines)
        {
            using JsonDocument json = JsonDocument.Parse(line);
            JsonElement row = json.RootElement;
            if (row.GetProperty("type").GetString() != "step") continue;
            yield return new Exported(
                row.GetProperty("step").GetInt64(), row.GetProperty("loss").GetDouble(), row.GetProperty("accuracy").GetDouble(),
                row.GetProperty("samples").GetInt32(), row.TryGetProperty("learningRate", out JsonElement rate) ? rate.GetSingle() : null);
        }
    }

    /// <summary>A step as an export has it.</summary>
    private readonly record struct Exported(long Step, double Loss, double Accuracy, int Samples, float? LearningRate);
}
