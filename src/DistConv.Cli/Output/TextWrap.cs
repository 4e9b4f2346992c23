using System.Text;

namespace DistConv.Cli.Output;

/// <summary>Breaks long lines between words. Columns are those of ASCII, so a line of wide characters may stay too long, and the terminal breaks it.</summary>
internal static class TextWrap
{
    /// <summary>A text whose lines are not longer than a width, unless a word is; what is broken goes on with a deeper indent.</summary>
    /// <param name="text">One or several lines.</param>
    /// <param name="width">Columns.</param>
    /// <param name="moreIndent">How much deeper.</param>
    public static string Wrap(string text, int width, string moreIndent = "    ") =>
        string.Join('\n', text.Split('\n').Select(line => line.Length > width ? WrapLine(line, width, moreIndent) : line));

    private static string WrapLine(string line, int width, string moreIndent)
    {
        string indent = line[..^line.TrimStart().Length] + moreIndent;
        StringBuilder wrapped = new();
        string rest = line;
        while (rest.Length > width)
        {
            int first = rest.Length - rest.TrimStart().Length; // The indent itself is no place to break.
            int space = rest.LastIndexOf(' ', width);
            if (space > first && space + 1 < rest.Length && rest[space + 1] == '%') space = rest.LastIndexOf(' ', space - 1); // "93 %" stays together.
            if (space <= first) space = rest.IndexOf(' ', first);
            if (space < 0) break;
            wrapped.Append(rest.AsSpan(0, space).TrimEnd()).Append('\n');
            rest = indent + rest[space..].TrimStart();
        }

        return wrapped.Append(rest).ToString();
    }
}
