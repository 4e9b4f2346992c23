using System.Globalization;
using System.Text;
using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Client.Exports;

/// <summary>
/// The record as comma-separated values (RFC 4180): a row for each step. Numbers have as many digits as their bits need; what was not measured is empty. The
/// row of an epoch's last step also has what the epoch measured on the test set and on the validation samples, so a row is held back until the next entry.
/// </summary>
/// <param name="job">What the job has.</param>
/// <param name="output">Where the text goes.</param>
internal sealed class CsvRecordWriter(ExportedJob job, TextWriter output) : IRecordWriter
{
    private static readonly string[] _epochColumns = [
        "epoch", "test_loss", "test_accuracy", "validation_loss", "validation_accuracy",
        "test_auc", "test_mean_absolute_error", "validation_auc", "validation_mean_absolute_error"];

    private readonly StringBuilder _row = new();
    private StepEntry? _held;

    /// <inheritdoc/>
    public void Begin()
    {
        IEnumerable<string> norms = job.Layers.Select(layer => $"gradient_norm.{layer}").Concat(job.Layers.Select(layer => $"weight_norm.{layer}"));
        output.Write(string.Join(',', RecordColumn.All.Select(column => column.Name).Concat(_epochColumns).Concat(norms).Select(Quoted)));
        output.Write("\r\n");
    }

    /// <inheritdoc/>
    public void Write(JobRecord entry)
    {
        switch (entry)
        {
            case StepRecord step:
                WriteHeld(null);
                _held = step.Step;
                break;
            case EpochRecord epoch:
                WriteHeld(epoch.Epoch);
                break;
            case EventRecord:
                break;
            default:
                throw new ArgumentException($"{entry.GetType().Name} is no entry that a row can have", nameof(entry));
        }
    }

    /// <inheritdoc/>
    public void End() => WriteHeld(null);

    private static string Quoted(string name) =>
        name.AsSpan().IndexOfAny(",\"\r\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private void WriteHeld(EpochMetrics? epoch)
    {
        if (_held is not { } step) return;
        _held = null;
        _row.Clear();
        foreach (RecordColumn column in RecordColumn.All)
        {
            job.Value(column, step).AppendTo(_row);
            _row.Append(',');
        }

        Add(epoch?.Epoch);
        Add(epoch?.TestLoss);
        Add(job.Accuracy(epoch?.TestAccuracy));
        Add(epoch?.ValidationLoss);
        Add(job.Accuracy(epoch?.ValidationAccuracy));
        Add(epoch?.TestAuc);
        Add(epoch?.TestMeanAbsoluteError);
        Add(epoch?.ValidationAuc);
        Add(epoch?.ValidationMeanAbsoluteError);
        for (int layer = 0; layer < job.Layers.Count; layer++) Add(step.Norms?.Gradient[layer]);
        for (int layer = 0; layer < job.Layers.Count; layer++) Add(step.Norms?.Weights[layer]);
        _row.Length--; // The last comma.
        output.Write(_row.Append("\r\n"));
    }

    private void Add(long? value) => _row.Append(CultureInfo.InvariantCulture, $"{value}").Append(',');

    private void Add(float? value) => _row.Append(CultureInfo.InvariantCulture, $"{value}").Append(',');

    private void Add(double? value) => _row.Append(CultureInfo.InvariantCulture, $"{value}").Append(',');
}
