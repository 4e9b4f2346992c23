using System.Globalization;
using System.Text;

namespace DistConv.Core.Reading;

/// <summary>Other people's text inside a message of one line.</summary>
public static class MessageText
{
    private const int MaxQuoted = 48;
    private const string Cut = "...";

    /// <summary>The text without anything that breaks a line or reorders it: such characters become '?'.</summary>
    /// <param name="text">Text out of a file.</param>
    /// <returns>One line.</returns>
    public static string OneLine(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        StringBuilder line = new(text.Length);
        foreach (char c in text)
        {
            bool breaks = char.GetUnicodeCategory(c) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
            line.Append(breaks ? '?' : c);
        }

        return line.ToString();
    }

    /// <summary><see cref="OneLine"/>, shortened to 48 characters.</summary>
    /// <param name="text">Text out of a file.</param>
    /// <returns>One short line.</returns>
    public static string Short(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length <= MaxQuoted ? OneLine(text) : OneLine(text[..(MaxQuoted - Cut.Length)]) + Cut;
    }

    /// <summary><see cref="Short"/> in single quotes.</summary>
    /// <param name="text">Text out of a file.</param>
    /// <returns>One short line.</returns>
    public static string Quote(string text) => $"'{Short(text)}'";
}
