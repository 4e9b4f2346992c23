using System.Text;

namespace DistConv.Cli.Output;

/// <summary>
/// Lines at the end of a terminal that are drawn again and again. Between two drawings the cursor stands, hidden, at the start of the first line: what is to be
/// replaced is then everything from the cursor on, even if the terminal was resized and has wrapped the lines anew. (Spectre's live display goes up by the
/// number of lines that it wrote, and leaves remains behind when lines were wrapped.) Not for several threads.
/// </summary>
/// <param name="terminal">A terminal that knows escape sequences.</param>
/// <param name="colours">Whether it is to show colours.</param>
internal sealed class LiveRegion(TextWriter terminal, bool colours)
{
    private const string HideCursor = "\e[?25l", ShowCursor = "\e[?25h";
    private const string WrapOff = "\e[?7l", WrapOn = "\e[?7h";
    private const string EraseToEndOfLine = "\e[K", EraseBelow = "\e[J";

    private string _drawn = "";
    private Viewport? _viewport;
    private int _rows;

    /// <summary>Replaces the lines. Each has to fit in the width.</summary>
    public void Draw(IReadOnlyList<StyledLine> lines, Viewport viewport)
    {
        string text = string.Join(EraseToEndOfLine + "\r\n", lines.Select(line => line.ToAnsi(colours)));
        if (lines.Count == 0 || (text == _drawn && viewport == _viewport)) return;
        StringBuilder frame = new();
        frame.Append(HideCursor).Append(WrapOff).Append('\r').Append(text).Append(EraseBelow).Append(WrapOn).Append('\r');
        if (lines.Count > 1) frame.Append($"\e[{lines.Count - 1}A");
        terminal.Write(frame.ToString());
        (_drawn, _viewport, _rows) = (text, viewport, lines.Count);
    }

    /// <summary>Removes the lines, so that something else can be written; the next <see cref="Draw"/> puts them below it.</summary>
    public void Erase()
    {
        if (_rows == 0) return;
        terminal.Write('\r' + EraseBelow);
        (_drawn, _rows) = ("", 0);
    }

    /// <summary>Leaves the lines as they are, and goes on below them.</summary>
    public void Keep()
    {
        if (_rows == 0) return;
        terminal.Write(_rows > 1 ? $"\e[{_rows - 1}B\r\n" : "\r\n");
        (_drawn, _rows) = ("", 0);
    }

    /// <summary>Leaves the terminal as it was: the cursor can be seen again.</summary>
    public void End()
    {
        Erase();
        if (_viewport is null) return;
        terminal.Write(ShowCursor);
        _viewport = null;
    }
}
