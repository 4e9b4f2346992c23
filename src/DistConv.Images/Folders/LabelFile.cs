using System.Text;
using DistConv.Core;

namespace DistConv.Images.Folders;

/// <summary>A line of a label file.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Picture">Path of the picture in the folder of the file, with "/".</param>
/// <param name="Cells">What it is labelled with, a cell for each column.</param>
internal sealed record LabelLine(int Line, string Picture, string[] Cells);

/// <summary>
/// The file <c>labels.csv</c> beside pictures: a header, then a line for each picture. The first column is the picture, the others are its labels.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class LabelFile(string path)
{
    /// <summary>What it is called.</summary>
    public const string Name = "labels.csv";

    /// <summary>The file.</summary>
    public string FilePath => path;

    /// <summary>The names of the columns with labels.</summary>
    public string[] Columns { get; private set; } = [];

    /// <summary>Its lines, in order.</summary>
    public List<LabelLine> Lines { get; } = [];

    /// <summary>Whether a comma may be the decimal separator.</summary>
    public bool HasDecimalCommas { get; private set; }

    /// <summary>What is wrong, line by line.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Reads a file, as far as it can be understood: the rest is in <see cref="Problems"/>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Its lines, each picture once.</returns>
    /// <exception cref="InvalidInputException">It is no text in UTF-8.</exception>
    public static LabelFile Read(string path)
    {
        LabelFile file = new(path);
        string text;
        try
        {
            text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(File.ReadAllBytes(path));
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidInputException($"'{path}' is no text in UTF-8; save it as CSV in UTF-8", e);
        }

        (List<CsvRow> rows, char separator) = CsvTable.Read(text, file.Problems);
        file.HasDecimalCommas = separator != ',';
        if (rows.Count == 0) file.Problems.Add("it is empty; give a header, and a line for each picture");
        else file.ReadHeader(rows[0]);
        if (file.Columns.Length > 0) file.ReadLines(rows[1..]);
        return file;
    }

    private void ReadHeader(CsvRow header)
    {
        if (header.Cells.Length < 2)
        {
            Problems.Add($"line {header.Line}: the header has one column; give the picture's file first, then a class, several columns of 0 and 1, or numbers");
            return;
        }

        Columns = header.Cells[1..];
        for (int column = 0; column < Columns.Length; column++)
        {
            if (Columns[column].Length == 0 || Columns[column].Any(char.IsControl)) Problems.Add($"line {header.Line}: column {column + 2} has no name");
            else if (Array.IndexOf(Columns, Columns[column]) < column) Problems.Add($"line {header.Line}: there are two columns '{Columns[column]}'");
        }
    }

    private void ReadLines(IReadOnlyList<CsvRow> rows)
    {
        Dictionary<string, int> lines = new(StringComparer.Ordinal);
        string folder = Path.GetDirectoryName(path)!;
        foreach ((int line, string[] cells) in rows)
        {
            string picture = cells[0].Replace('\\', '/');
            if (picture.StartsWith("./", StringComparison.Ordinal)) picture = picture[2..];
            string? problem = cells.Length != Columns.Length + 1
                ? $"has {cells.Length} {(cells.Length == 1 ? "cell" : "cells")}, and the header has {Columns.Length + 1}"
                : picture.Length == 0 ? "names no picture"
                : Path.IsPathRooted(picture) || picture.Split('/').Contains("..") ? $"'{picture}' is outside the folder of the file"
                : lines.TryGetValue(picture, out int first) ? $"'{picture}' is on line {first} already"
                : !File.Exists(Path.Combine(folder, picture)) ? $"there is no picture '{picture}'"
                : null;
            if (problem is null) lines.Add(picture, line);
            if (problem is null) Lines.Add(new LabelLine(line, picture, cells[1..]));
            else Problems.Add($"line {line}: {problem}");
        }

        if (rows.Count == 0) Problems.Add("it has a header and no line for a picture");
    }
}
