using System.Text;
using DistConv.Core;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DistConv.Cli.Output;

/// <summary>
/// The process's own streams. From then on <see cref="Console.Out"/> is standard error, so that whatever a library prints (the console exporter of
/// OpenTelemetry does) cannot mix with results.
/// </summary>
internal sealed class SystemConsoleOutput : IConsoleOutput, IDisposable
{
    /// <summary>On Unix, .NET locks <see cref="Console.Out"/> around each write to a standard stream, and a library that writes there holds it, too. A lock of
    /// our own inside it and around it would be a deadlock.</summary>
    private readonly object _gate;
    private readonly IAnsiConsole? _errorTerminal;
    private IAnsiConsole? _resultTerminal;
    private readonly LiveRegion? _region;
    private readonly bool _colours;
    private readonly bool _unicode;
    private readonly ProgramName _program;

    /// <summary>Takes the streams over.</summary>
    /// <param name="environment">Environment variables by name.</param>
    public SystemConsoleOutput(Func<string, string?> environment)
    {
        string assembly = Path.Combine(AppContext.BaseDirectory, $"{typeof(SystemConsoleOutput).Assembly.GetName().Name}.dll");
        _program = ProgramName.Find(environment, Environment.ProcessPath, assembly, Environment.CurrentDirectory);
        _colours = TerminalTraits.Colours(environment);
        _unicode = TerminalTraits.Unicode(environment, OperatingSystem.IsWindows());
        // A UTF-8 writer without a byte order mark; on Windows the console is told, too.
        if (OperatingSystem.IsWindows() && !(Console.IsOutputRedirected && Console.IsErrorRedirected)) Console.OutputEncoding = Encoding.UTF8;
        Results = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardOutput(), new UTF8Encoding(false)) { AutoFlush = true });
        Messages = TextWriter.Synchronized(new StreamWriter(Console.OpenStandardError(), new UTF8Encoding(false)) { AutoFlush = true });
        GuardedWriter libraries = new(Messages, WriteGuarded);
        Console.SetOut(libraries);
        Console.SetError(libraries);
        _gate = Console.Out;
        _errorTerminal = Console.IsErrorRedirected ? null : Terminal(Messages);
        _resultTerminal = Console.IsOutputRedirected ? null : Terminal(Results);
        if (_errorTerminal is null) return;
        _region = new LiveRegion(Messages, _colours);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => EndLive(keep: false); // The second Ctrl-C gets no farther than here.
    }

    /// <inheritdoc/>
    public TextWriter Results { get; private set; }

    /// <inheritdoc/>
    public TextWriter Messages { get; }

    /// <inheritdoc/>
    public bool IsLive => _errorTerminal is not null && !Quiet;

    /// <inheritdoc/>
    public bool Quiet { get; set; }

    /// <inheritdoc/>
    public Stream TakeResults()
    {
        if (!Console.IsOutputRedirected)
            throw new InvalidInputException(
                "--out - writes a tar archive to standard output, which is a terminal; send it on, as in: distconv train --out - | tar -x");
        (Results, _resultTerminal) = (Messages, _errorTerminal);
        return Console.OpenStandardOutput();
    }

    /// <inheritdoc/>
    public void Result(string text) => Data(_program.Spell(text));

    /// <inheritdoc/>
    public void Data(string text) => WriteGuarded(() => Results.WriteLine(text));

    /// <inheritdoc/>
    public void Result(TextTable table)
    {
        table = table.With(_program.Spell);
        string plain = table.ToString();
        int margin = 4 * table.Headings.Count; // What borders add at most; folded cells would be harder to read than plain lines.
        if (_resultTerminal is null || plain.Split('\n').Max(line => line.Length) + margin > _resultTerminal.Profile.Width)
        {
            Data(plain);
            return;
        }

        Table drawn = new Table().SimpleBorder();
        for (int column = 0; column < table.Headings.Count; column++)
        {
            TableColumn heading = new(new Text(table.Headings[column], new Style(Color.Aqua)));
            drawn.AddColumn(table.IsNumber(column) ? heading.RightAligned() : heading);
        }

        foreach (IReadOnlyList<string> row in table.Rows) drawn.AddRow(row.Select(cell => (IRenderable)new Text(cell)));
        WriteGuarded(() => _resultTerminal.Write(drawn));
    }

    /// <inheritdoc/>
    public void Say(string text)
    {
        string spelled = _program.Spell(text);
        if (!Quiet) WriteMessage(_errorTerminal is null ? spelled : TextWrap.Wrap(spelled, _errorTerminal.Profile.Width), "", Style.Plain);
    }

    /// <inheritdoc/>
    public void Hint(string command)
    {
        if (_errorTerminal is not null && !Quiet) WriteMessage("next: ", _program.Spell(command), new Style(Color.Aqua));
    }

    /// <inheritdoc/>
    public void Live(Func<Viewport, IReadOnlyList<StyledLine>> draw)
    {
        if (!IsLive) return;
        lock (_gate)
        {
            Profile profile = _errorTerminal!.Profile;
            Viewport viewport = new(Math.Max(1, profile.Width - 1), profile.Height, _unicode); // Some terminals wrap when the last column is written.
            _region!.Draw(draw(viewport), viewport);
        }
    }

    /// <inheritdoc/>
    public void EndLive(bool keep)
    {
        lock (_gate)
        {
            if (keep) _region?.Keep();
            _region?.End();
        }
    }

    /// <inheritdoc/>
    public void Warn(string message)
    {
        if (!Quiet) WriteMessage("distconv: warning: ", OneLine(message), new Style(Color.Yellow));
    }

    /// <inheritdoc/>
    public void Error(string message) => WriteMessage("distconv: ", OneLine(message), new Style(Color.Red));

    /// <inheritdoc/>
    public void InternalError(string message, string trace)
    {
        WriteMessage("distconv: internal error: ", OneLine(message), new Style(Color.Red));
        WriteMessage("", trace, Style.Plain);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndLive(keep: false);
        Results.Flush();
        Messages.Flush();
    }

    private string OneLine(string message) => _program.Spell(message.ReplaceLineEndings(" "));

    /// <summary>A console with colours, or null if the terminal knows no escape sequences.</summary>
    private IAnsiConsole? Terminal(TextWriter writer)
    {
        ColorSystemSupport colours = _colours ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new TerminalOutput(writer), ColorSystem = colours });
        console.Profile.Capabilities.Unicode = _unicode;
        return console.Profile.Capabilities.Ansi ? console : null;
    }

    private void WriteMessage(string coloured, string plain, Style style)
    {
        WriteGuarded(() =>
        {
            if (_errorTerminal is null || style.Equals(Style.Plain)) Messages.Write(coloured);
            else _errorTerminal.Write(new Text(coloured, style));
            Messages.WriteLine(plain);
        });
    }

    private void WriteGuarded(Action write)
    {
        lock (_gate)
        {
            _region?.Erase();
            write();
        }
    }

    /// <summary>Spectre's view of one of our writers; it is made for terminals only.</summary>
    private sealed class TerminalOutput(TextWriter writer) : IAnsiConsoleOutput
    {
        private readonly AnsiConsoleOutput _size = new(writer);

        public TextWriter Writer => writer;

        public bool IsTerminal => true;

        public int Width => _size.Width;

        public int Height => _size.Height;

        public void SetEncoding(Encoding encoding)
        {
            // The writer is UTF-8 already.
        }
    }
}
