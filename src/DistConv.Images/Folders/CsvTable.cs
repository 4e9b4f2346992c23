using System.Text;

namespace DistConv.Images.Folders;

/// <summary>A row of a CSV file.</summary>
/// <param name="Line">The line on which it begins, from 1.</param>
/// <param name="Cells">Its cells.</param>
internal readonly record struct CsvRow(int Line, string[] Cells);

/// <summary>
/// Comma-separated values as RFC 4180 has them, and as spreadsheets write them: with semicolons or tabs, which the first line tells, with or without a byte
/// order mark, and with any end of line. Empty lines are left out.
/// </summary>
internal static class CsvTable
{
    private const string Separators = ",;\t";

    /// <summary>Reads a table.</summary>
    /// <param name="text">The file.</param>
    /// <param name="problems">Gets what is wrong with quotes, line by line.</param>
    /// <returns>The rows and what separates their cells.</returns>
    public static (List<CsvRow> Rows, char Separator) Read(string text, List<string> problems)
    {
        text = text.TrimStart('\uFEFF');
        char separator = SeparatorOf(text);
        List<CsvRow> rows = [];
        for (int at = 0, line = 1; at < text.Length;)
        {
            int began = line;
            List<string> cells = [];
            bool isRow = false;
            while (true)
            {
                cells.Add(ReadCell(text, separator, ref at, ref line, problems));
                if (at >= text.Length || text[at] != separator) break;
                at++;
                isRow = true;
            }

            SkipLineEnd(text, ref at, ref line);
            if (isRow || cells[0].Length > 0) rows.Add(new CsvRow(began, [.. cells]));
        }

        return (rows, separator);
    }

    /// <summary>The separator that the first line has most often, outside quotes.</summary>
    private static char SeparatorOf(string text)
    {
        int[] counts = new int[Separators.Length];
        bool isQuoted = false;
        foreach (char c in text)
        {
            if (c == '"') isQuoted = !isQuoted;
            else if (!isQuoted && c is '\n' or '\r') break;
            else if (!isQuoted && Separators.Contains(c)) counts[Separators.IndexOf(c)]++;
        }

        return Separators[Array.IndexOf(counts, counts.Max())];
    }

    private static string ReadCell(string text, char separator, ref int at, ref int line, List<string> problems)
    {
        int start = at;
        while (at < text.Length && text[at] == ' ') at++;
        if (at < text.Length && text[at] == '"') return ReadQuoted(text, separator, ref at, ref line, problems);
        while (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r')) at++;
        string cell = text[start..at].Trim();
        if (cell.Contains('"')) problems.Add($"line {line}: a quote stands inside {cell}; put the whole cell into quotes, and double those inside it");
        return cell;
    }

    private static string ReadQuoted(string text, char separator, ref int at, ref int line, List<string> problems)
    {
        int began = line;
        StringBuilder cell = new();
        for (at++; at < text.Length; at++)
        {
            if (text[at] == '"' && (at + 1 >= text.Length || text[at + 1] != '"'))
            {
                at++;
                int end = at;
                while (at < text.Length && text[at] != separator && text[at] is not ('\n' or '\r')) at++;
                string rest = text[end..at].Trim();
                if (rest.Length > 0) problems.Add($"line {line}: {rest} follows a closing quote; double the quotes inside a cell");
                return cell.ToString().Trim();
            }

            if (text[at] == '"') at++;
            if (text[at] == '\n') line++;
            cell.Append(text[at]);
        }

        problems.Add($"line {began}: a quote is not closed");
        return cell.ToString().Trim();
    }

    private static void SkipLineEnd(string text, ref int at, ref int line)
    {
        if (at >= text.Length) return;
        if (text[at] == '\r' && at + 1 < text.Length && text[at + 1] == '\n') at++;
        at++;
        line++;
    }
}
