using DistConv.Training.Records;
using DistConv.Training.Specification;

namespace DistConv.Client.Exports;

/// <summary>A job's record as text.</summary>
internal static class TextExport
{
    private const string Csv = "csv", JsonLines = "jsonl";

    /// <summary>The formats; a file's ending has the same name.</summary>
    public static IReadOnlyList<string> Formats { get; } = [Csv, JsonLines];

    /// <summary>The layers that have norms: those with parameters.</summary>
    /// <param name="spec">The job.</param>
    /// <returns>Their names, from input to output.</returns>
    public static IReadOnlyList<string> LayersOf(JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return [.. spec.Plan().Layers.Where(layer => layer.Tensors.Count > 0).Select(layer => layer.Layer.Name)];
    }

    /// <summary>What writes a format.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="layers">See <see cref="LayersOf"/>.</param>
    /// <param name="text">Where the text goes.</param>
    public static IRecordWriter Writer(string format, IReadOnlyList<string> layers, TextWriter text) => format switch
    {
        Csv => new CsvRecordWriter(layers, text),
        JsonLines => new JsonLinesRecordWriter(layers, text),
        _ => throw new ArgumentException($"'{format}' is no format of text", nameof(format)),
    };

    /// <summary>Writes a record that has been read.</summary>
    /// <param name="table">The record.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="layers">See <see cref="LayersOf"/>.</param>
    /// <param name="text">Where the text goes.</param>
    public static void Write(RecordTable table, string format, IReadOnlyList<string> layers, TextWriter text)
    {
        IRecordWriter writer = Writer(format, layers, text);
        writer.Begin();
        foreach (JobRecord entry in RecordEntries.Of(table)) writer.Write(entry);
        writer.End();
        text.Flush();
    }
}
