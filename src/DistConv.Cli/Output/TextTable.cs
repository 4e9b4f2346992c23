using System.Text;

namespace DistConv.Cli.Output;

/// <summary>Rows under headings. A heading that begins with a space marks a column of numbers, which is aligned to the right.</summary>
internal sealed class TextTable(params string[] headings)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>The headings, without the mark.</summary>
    public IReadOnlyList<string> Headings { get; } = [.. headings.Select(heading => heading.TrimStart(' '))];

    /// <summary>The rows, as added.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Rows => _rows;

    /// <summary>Whether a column holds numbers.</summary>
    public bool IsNumber(int column) => headings[column].StartsWith(' ');

    /// <summary>Adds a row with a cell for each heading.</summary>
    public void Add(params string[] cells)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(cells.Length, headings.Length);
        _rows.Add(cells);
    }

    /// <summary>The same table with other texts in its cells.</summary>
    /// <param name="change">Makes the new text.</param>
    public TextTable With(Func<string, string> change)
    {
        TextTable changed = new(headings);
        foreach (string[] row in _rows) changed.Add([.. row.Select(change)]);
        return changed;
    }

    /// <summary>The table as plain text.</summary>
    public override string ToString()
    {
        IReadOnlyList<string>[] lines = [Headings, .. _rows];
        int[] widths = [.. Headings.Select((_, column) => lines.Max(line => line[column].Length))];
        StringBuilder text = new();
        foreach (IReadOnlyList<string> line in lines)
        {
            if (text.Length > 0) text.Append('\n');
            IEnumerable<string> cells = line.Select((cell, column) => IsNumber(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]));
            text.Append(string.Join(Gap, cells).TrimEnd());
        }

        return text.ToString();
    }
}
