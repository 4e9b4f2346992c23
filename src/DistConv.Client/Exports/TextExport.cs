using DistConv.Training.Records;

namespace DistConv.Client.Exports;

/// <summary>A job's record as text.</summary>
internal static class TextExport
{
    private const string Csv = "csv", JsonLines = "jsonl";

    /// <summary>The formats; a file's ending has the same name.</summary>
    public static IReadOnlyList<string> Formats { get; } = [Csv, JsonLines];

    /// <summary>What writes a format.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="job">What the job has.</param>
    /// <param name="text">Where the text goes.</param>
    public static IRecordWriter Writer(string format, ExportedJob job, TextWriter text) => format switch
    {
        Csv => new CsvRecordWriter(job, text),
        JsonLines => new JsonLinesRecordWriter(job, text),
        _ => throw new ArgumentException($"'{format}' is no format of text", nameof(format)),
    };

    /// <summary>Writes a record that has been read.</summary>
    /// <param name="table">The record.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="job">What the job has.</param>
    /// <param name="text">Where the text goes.</param>
    public static void Write(RecordTable table, string format, ExportedJob job, TextWriter text)
    {
        IRecordWriter writer = Writer(format, job, text);
        writer.Begin();
        foreach (JobRecord entry in RecordEntries.Of(table)) writer.Write(entry);
        writer.End();
        text.Flush();
    }
}
