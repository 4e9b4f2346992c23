using System.Globalization;
using System.Text.Json.Nodes;
using DistConv.Cli.Output;
using DistConv.Cli.Reports;
using DistConv.Client.Series;

namespace DistConv.Cli.Series;

/// <summary>The jobs of a series that are done, those that differ only in their seed together, the best first.</summary>
internal sealed class SeriesTable
{
    private readonly SeriesPlan _plan;
    private readonly int[] _columns;
    private readonly List<Row> _rows;

    /// <summary>The table.</summary>
    /// <param name="plan">The series.</param>
    /// <param name="entries">Its jobs that are done.</param>
    public SeriesTable(SeriesPlan plan, IReadOnlyList<SeriesEntry> entries)
    {
        _plan = plan;
        _columns = [.. Enumerable.Range(0, plan.Columns.Count).Where(column => plan.Columns[column] != SeriesPlan.SeedColumn)];
        // Of models that end in different ways, what all have.
        Figures = entries.Count == 0 ? [] : [.. entries[0].Figures.Where(figure => entries.All(entry => entry.Figures.Any(other => other.Key == figure.Key)))];
        IEnumerable<Row> rows = entries
            .GroupBy(entry => string.Join('\n', _columns.Select(column => entry.Member.Values[column])), StringComparer.Ordinal)
            .Select(group => new Row([.. group], [.. Figures.Select(figure => Statistics(figure, [.. group]))]));
        _rows = [.. rows.OrderBy(row => row, Comparer<Row>.Create(Compare))];
    }

    /// <summary>The figures, the one that decides the order first.</summary>
    public IReadOnlyList<SeriesFigure> Figures { get; }

    /// <summary>Whether a row has several jobs, and a standard deviation.</summary>
    public bool HasGroups => _rows.Any(row => row.Entries.Count > 1);

    /// <summary>What the values of some jobs sum up to.</summary>
    public static SeriesStatistics? Statistics(SeriesFigure figure, IReadOnlyList<SeriesEntry> entries) =>
        SeriesStatistics.Of([.. entries.Select(entry => entry.ValueOf(figure)).OfType<double>()]);

    /// <summary>For people.</summary>
    public TextTable ToText()
    {
        List<string> headings = [.. _columns.Select(column => _plan.Columns[column].ToUpperInvariant())];
        foreach (SeriesFigure figure in Figures)
        {
            headings.Add($" {figure.Name.ToUpperInvariant()}");
            if (HasGroups) headings.Add(" SD");
        }

        headings.Add(HasGroups ? " JOBS" : "JOB");
        TextTable table = new([.. headings]);
        foreach (Row row in _rows)
        {
            List<string> cells = [.. _columns.Select(column => row.Entries[0].Member.Values[column])];
            foreach ((SeriesFigure figure, SeriesStatistics? found) in Figures.Zip(row.Statistics))
            {
                cells.Add(SeriesText.Value(figure, found?.Mean));
                if (HasGroups) cells.Add(SeriesText.Value(figure, found?.StandardDeviation));
            }

            cells.Add(HasGroups ? $"{row.Entries.Count}" : row.Entries[0].Id);
            table.Add([.. cells]);
        }

        return table;
    }

    /// <summary>For spreadsheets: a line for each job, in the order of the table.</summary>
    public string ToCsv()
    {
        List<string> lines = [Line(["job", .. _plan.Columns, .. Figures.Select(figure => figure.Key), "steps", "weightsDigest"])];
        foreach (SeriesEntry entry in _rows.SelectMany(row => row.Entries))
        {
            RunReport report = entry.Report!;
            IEnumerable<string> figures = Figures.Select(figure => entry.ValueOf(figure)?.ToString("R", CultureInfo.InvariantCulture) ?? "");
            string steps = report.Step.ToString(CultureInfo.InvariantCulture);
            lines.Add(Line([entry.Id, .. entry.Member.Values, .. figures, steps, report.WeightsDigest ?? ""]));
        }

        return string.Join('\n', lines) + "\n";
    }

    /// <summary>The rows for programs: the values of what differs, the jobs, and mean and standard deviation of each figure.</summary>
    public JsonArray ToJson() => JsonLine.Array(_rows, row =>
    {
        JsonObject json = [];
        foreach (int column in _columns) json[_plan.Columns[column]] = row.Entries[0].Member.Values[column];
        json["jobs"] = JsonLine.Array(row.Entries, entry => entry.Id);
        foreach ((SeriesFigure figure, SeriesStatistics? found) in Figures.Zip(row.Statistics)) json[figure.Key] = ToJson(found);
        return json;
    });

    /// <summary>Statistics for programs.</summary>
    public static JsonObject? ToJson(SeriesStatistics? found) => found is null ? null : new()
    {
        ["mean"] = JsonLine.Number(found.Mean),
        ["standardDeviation"] = JsonLine.Number(found.StandardDeviation),
        ["jobs"] = found.Count,
    };

    private static string Line(IEnumerable<string> cells) =>
        string.Join(',', cells.Select(cell => cell.AsSpan().IndexOfAny(",\"\n") < 0 ? cell : $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    /// <summary>The better row first: by the first figure, and where that is equal by the next; what is not a number comes last.</summary>
    private int Compare(Row? first, Row? second)
    {
        for (int i = 0; i < Figures.Count; i++)
        {
            double one = Key(Figures[i], first!.Statistics[i]), other = Key(Figures[i], second!.Statistics[i]);
            if (one != other) return one.CompareTo(other);
        }

        return 0;
    }

    private static double Key(SeriesFigure figure, SeriesStatistics? found) =>
        found is null || double.IsNaN(found.Mean) ? double.PositiveInfinity : figure.IsHigherBetter ? -found.Mean : found.Mean;

    private sealed record Row(IReadOnlyList<SeriesEntry> Entries, IReadOnlyList<SeriesStatistics?> Statistics);
}
