using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using DistConv.Training.Metrics;
using DistConv.Training.Records;

namespace DistConv.Client.Exports;

/// <summary>
/// The record as JSON Lines: an object for each step, epoch and event, told apart by <c>type</c>. Numbers that are not finite are strings; what was not
/// measured is absent.
/// </summary>
/// <param name="job">What the job has.</param>
/// <param name="output">Where the text goes.</param>
internal sealed class JsonLinesRecordWriter(ExportedJob job, TextWriter output) : IRecordWriter
{
    private static readonly JsonWriterOptions _options = new() { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> _line = new();

    /// <inheritdoc/>
    public void Begin()
    {
        // Every line says itself what it is.
    }

    /// <inheritdoc/>
    public void End()
    {
        // No line is held back.
    }

    /// <inheritdoc/>
    public void Write(JobRecord entry)
    {
        using (Utf8JsonWriter json = new(_line, _options)) Write(entry, json);
        output.Write(Encoding.UTF8.GetString(_line.WrittenSpan));
        output.Write('\n');
        _line.ResetWrittenCount();
    }

    private void Write(JobRecord entry, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        switch (entry)
        {
            case StepRecord { Step: var step }:
                Write(step, json);
                break;
            case EpochRecord { Epoch: var epoch }:
                Write(epoch, json);
                break;
            case EventRecord { Event: var happened }:
                Write(happened, json);
                break;
            default:
                throw new ArgumentException($"{entry.GetType().Name} is no entry that a line can have", nameof(entry));
        }

        json.WriteEndObject();
    }

    private void Write(StepEntry step, Utf8JsonWriter json)
    {
        json.WriteString("type"u8, "step"u8);
        foreach (RecordColumn column in RecordColumn.All)
        {
            StepValue value = job.Value(column, step);
            if (value.IsMissing) continue;
            json.WritePropertyName(column.Key);
            value.WriteTo(json);
        }

        if (step.Norms is not { } norms) return;
        Norms(json, "gradientNorms"u8, norms.Gradient);
        Norms(json, "weightNorms"u8, norms.Weights);
    }

    private void Write(EpochMetrics epoch, Utf8JsonWriter json)
    {
        json.WriteString("type"u8, "epoch"u8);
        json.WriteNumber("epoch"u8, epoch.Epoch);
        json.WriteNumber("step"u8, epoch.Step);
        Number(json, "trainLoss"u8, epoch.TrainLoss);
        if (job.HasAccuracy) Number(json, "trainAccuracy"u8, epoch.TrainAccuracy);
        Number(json, "testLoss"u8, epoch.TestLoss);
        if (job.HasAccuracy) Number(json, "testAccuracy"u8, epoch.TestAccuracy);
        if (epoch.ValidationLoss is { } loss) Number(json, "validationLoss"u8, loss);
        if (job.Accuracy(epoch.ValidationAccuracy) is { } accuracy) Number(json, "validationAccuracy"u8, accuracy);
        if (epoch.TestAuc is { } testAuc) Number(json, "testAuc"u8, testAuc);
        if (epoch.TestMeanAbsoluteError is { } testError) Number(json, "testMeanAbsoluteError"u8, testError);
        if (epoch.ValidationAuc is { } auc) Number(json, "validationAuc"u8, auc);
        if (epoch.ValidationMeanAbsoluteError is { } error) Number(json, "validationMeanAbsoluteError"u8, error);
        Number(json, "seconds"u8, epoch.Seconds);
        json.WriteNumber("samplesUsed"u8, epoch.SamplesUsed);
        json.WriteString("coverageDigest"u8, epoch.CoverageDigest);
    }

    private static void Write(JobEvent happened, Utf8JsonWriter json)
    {
        json.WriteString("type"u8, "event"u8);
        json.WriteString("kind"u8, JobEventKinds.Name(happened.Kind));
        json.WriteNumber("step"u8, happened.Step);
        json.WriteString("time"u8, happened.Time.UtcDateTime);
        json.WriteString("text"u8, happened.Text);
    }

    private void Norms(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyList<float> norms)
    {
        json.WriteStartObject(name);
        for (int layer = 0; layer < norms.Count; layer++)
        {
            json.WritePropertyName(job.Layers[layer]);
            StepValue.Double(norms[layer]).WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        json.WritePropertyName(name);
        StepValue.Double(value).WriteTo(json);
    }
}
