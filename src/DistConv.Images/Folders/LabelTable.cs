using System.Globalization;
using DistConv.Core;
using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>What the lines of one or two label files mean: one class each, several labels, or numbers.</summary>
internal sealed class LabelTable
{
    private const int MaxNamed = 20, MaxClasses = 256;

    private readonly Dictionary<string, int> _labels;

    private LabelTable(LabelKind kind, IReadOnlyList<string> names)
    {
        (Kind, Names) = (kind, names);
        _labels = names.Select((name, label) => (name, label)).ToDictionary(pair => pair.name, pair => pair.label, StringComparer.Ordinal);
    }

    /// <summary>What the pictures are labelled with. One column is of classes, unless all of it are numbers of which one is not whole and positive;
    /// several columns are labels if they have only 0 and 1, otherwise numbers.</summary>
    public LabelKind Kind { get; }

    /// <summary>The classes in order, or the names of the columns.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Finds out what the lines mean.</summary>
    /// <param name="files">The files: one, or that of the training pictures and that of those held out.</param>
    /// <param name="minClasses">How many classes there must be.</param>
    /// <returns>The kind of labels and their names.</returns>
    /// <exception cref="InvalidInputException">Something is wrong with the files; all of it is listed, by file and line.</exception>
    public static LabelTable Of(IReadOnlyList<LabelFile> files, int minClasses)
    {
        LabelFile first = files[0];
        foreach (LabelFile other in files.Skip(1))
        {
            if (other.Columns.Length > 0 && first.Columns.Length > 0 && !other.Columns.SequenceEqual(first.Columns))
                other.Problems.Add($"its columns are {string.Join(", ", other.Columns)}, and those of '{first.FilePath}' {string.Join(", ", first.Columns)}");
        }

        if (first.Columns.Distinct().Count() < first.Columns.Length) Throw(files);
        LabelTable table = first.Columns.Length == 1 ? OfOneColumn(files, minClasses) : OfColumns(files);
        Throw(files);
        return table;
    }

    /// <summary>The class of a line.</summary>
    public int LabelOf(LabelLine line) => Kind == LabelKind.Class ? _labels[line.Cells[0]] : 0;

    /// <summary>The targets of a line; empty if it has a class.</summary>
    public float[] TargetsOf(LabelLine line, LabelFile file) => Kind == LabelKind.Class ? [] : [.. line.Cells.Select(cell => Number(cell, file)!.Value)];

    private static void Throw(IReadOnlyList<LabelFile> files)
    {
        (string File, string Problem)[] problems = [.. files.SelectMany(file => file.Problems.Select(problem => (file.FilePath, problem)))];
        if (problems.Length == 0) return;
        string more = problems.Length > MaxNamed ? $"; and {problems.Length - MaxNamed} more" : "";
        IEnumerable<string> named = problems.Take(MaxNamed).GroupBy(problem => problem.File)
            .Select(group => $"'{group.Key}': {string.Join("; ", group.Select(problem => problem.Problem))}");
        throw new InvalidInputException($"{string.Join("; ", named)}{more}");
    }

    private static LabelTable OfOneColumn(IReadOnlyList<LabelFile> files, int minClasses)
    {
        (LabelLine Line, LabelFile File)[] lines = [.. files.SelectMany(file => file.Lines.Select(line => (line, file)))];
        foreach ((LabelLine line, LabelFile file) in lines.Where(pair => pair.Line.Cells[0].Length == 0 || pair.Line.Cells[0].Any(char.IsControl)))
            file.Problems.Add($"line {line.Line}: '{line.Picture}' has no class");
        bool areWhole = lines.All(pair => pair.Line.Cells[0].All(char.IsAsciiDigit));
        if (!areWhole && lines.All(pair => Number(pair.Line.Cells[0], pair.File) is not null)) return new LabelTable(LabelKind.Numbers, files[0].Columns);
        string[] classes =
            [.. lines.Select(pair => pair.Line.Cells[0]).Distinct().OrderBy(name => areWhole ? name.Length : 0).ThenBy(name => name, StringComparer.Ordinal)];
        if ((classes.Length < minClasses || classes.Length > MaxClasses) && files.All(file => file.Problems.Count == 0))
            files[0].Problems.Add($"it has {classes.Length} classes; 2 to {MaxClasses} are possible (write numbers to be learned with a decimal point: 35.0)");
        return new LabelTable(LabelKind.Class, classes);
    }

    private static LabelTable OfColumns(IReadOnlyList<LabelFile> files)
    {
        bool areBinary = true;
        foreach (LabelFile file in files)
        {
            foreach (LabelLine line in file.Lines)
            {
                for (int column = 0; column < line.Cells.Length; column++)
                {
                    float? number = Number(line.Cells[column], file);
                    areBinary &= number is 0 or 1;
                    if (number is null)
                        file.Problems.Add($"line {line.Line}: '{line.Cells[column]}' in column '{file.Columns[column]}' is no number; "
                            + "several columns are all numbers");
                }
            }
        }

        return new LabelTable(areBinary ? LabelKind.Several : LabelKind.Numbers, files[0].Columns);
    }

    private static float? Number(string cell, LabelFile file)
    {
        if (file.HasDecimalCommas && !cell.Contains('.')) cell = cell.Replace(',', '.');
        return float.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value : null;
    }
}
