using System.Text;
using Spectre.Console;

namespace DistConv.Cli.Output;

/// <summary>What a piece of text is to look like, where there are colours.</summary>
internal enum Ink
{
    /// <summary>The terminal's own.</summary>
    Plain,

    /// <summary>Labels and what matters less.</summary>
    Dim,

    /// <summary>What moves.</summary>
    Accent,

    /// <summary>What went well.</summary>
    Good,

    /// <summary>What deserves a look.</summary>
    Caution,
}

/// <summary>One line of a terminal: pieces of text, each with its ink. Control characters are replaced, so that a line stays one.</summary>
internal sealed class StyledLine
{
    private readonly List<(string Text, Ink Ink)> _pieces = [];

    /// <summary>Columns that it takes: wide characters count twice.</summary>
    public int Width { get; private set; }

    /// <summary>Columns that a text takes.</summary>
    public static int WidthOf(string text) => text.GetCellWidth();

    /// <summary>Appends a piece.</summary>
    public StyledLine Add(string text, Ink ink = Ink.Plain)
    {
        if (text.Length == 0) return this;
        string safe = text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '?' : c)) : text;
        _pieces.Add((safe, ink));
        Width += WidthOf(safe);
        return this;
    }

    /// <summary>Appends another line.</summary>
    public StyledLine Add(StyledLine line)
    {
        _pieces.AddRange(line._pieces);
        Width += line.Width;
        return this;
    }

    /// <summary>The line, or as much of it as fits, with a mark that something is missing.</summary>
    /// <param name="width">Columns that there are.</param>
    /// <param name="mark">The mark; left out if it does not fit itself.</param>
    public StyledLine Clip(int width, string mark)
    {
        if (Width <= width) return this;
        int room = width - WidthOf(mark);
        if (room < 0) (room, mark) = (width, "");
        StyledLine clipped = new();
        foreach ((string text, Ink ink) in _pieces)
        {
            StringBuilder part = new();
            foreach (Rune rune in text.EnumerateRunes())
            {
                int cells = WidthOf(rune.ToString());
                if (cells > room) return clipped.Add(part.ToString(), ink).Add(mark, Ink.Dim);
                part.Append(rune);
                room -= cells;
            }

            clipped.Add(part.ToString(), ink);
        }

        return clipped;
    }

    /// <summary>The line with escape sequences for its inks, or without.</summary>
    public string ToAnsi(bool colours) =>
        colours ? string.Concat(_pieces.Select(piece => Sequence(piece.Ink) is { } sequence ? $"{sequence}{piece.Text}\e[0m" : piece.Text)) : ToString();

    /// <summary>The plain text.</summary>
    public override string ToString() => string.Concat(_pieces.Select(piece => piece.Text));

    private static string? Sequence(Ink ink) => ink switch
    {
        Ink.Dim => "\e[2m",
        Ink.Accent => "\e[36m",
        Ink.Good => "\e[32m",
        Ink.Caution => "\e[33m",
        _ => null,
    };
}
