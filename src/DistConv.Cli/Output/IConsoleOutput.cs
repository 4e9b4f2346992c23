namespace DistConv.Cli.Output;

/// <summary>The two streams of a command line tool: results on standard output, everything said on the way on standard error.</summary>
internal interface IConsoleOutput
{
    /// <summary>Standard output, for help and other ready-made text.</summary>
    TextWriter Results { get; }

    /// <summary>Standard error, likewise.</summary>
    TextWriter Messages { get; }

    /// <summary>Whether standard error is a terminal that can redraw lines: then <see cref="Live"/> is seen.</summary>
    bool IsLive { get; }

    /// <summary>Whether <see cref="Say"/>, <see cref="Live"/> and <see cref="Warn"/> are silent.</summary>
    bool Quiet { get; set; }

    /// <summary>Gives standard output away for bytes: from now on results go to standard error.</summary>
    /// <returns>Standard output.</returns>
    /// <exception cref="Core.InvalidInputException">It is a terminal.</exception>
    Stream TakeResults();

    /// <summary>Writes a line (or several) of results.</summary>
    void Result(string text);

    /// <summary>Writes a line (or several) of results for programs, exactly as it is: JSON, a script.</summary>
    void Data(string text);

    /// <summary>Writes a table of results: aligned columns, or with borders and colours in a terminal.</summary>
    void Result(TextTable table);

    /// <summary>Writes a line about what is going on.</summary>
    void Say(string text);

    /// <summary>Names the command that is probably wanted next, if a person is looking: standard error is a terminal.</summary>
    /// <param name="command">The command line.</param>
    void Hint(string command);

    /// <summary>Replaces the lines at the end of a terminal; without effect elsewhere. Whatever else is written appears above them.</summary>
    /// <param name="draw">Makes the lines for the terminal as it is now; none may be wider.</param>
    void Live(Func<Viewport, IReadOnlyList<StyledLine>> draw);

    /// <summary>Ends what <see cref="Live"/> began.</summary>
    /// <param name="keep">Whether the lines stay as they are, or vanish.</param>
    void EndLive(bool keep);

    /// <summary>Writes one line about something that is not as it should be, though the command goes on.</summary>
    void Warn(string message);

    /// <summary>Writes one line about what ended the command: "distconv: …". Never silent.</summary>
    void Error(string message);

    /// <summary>Writes what only a mistake in DistConv explains, with its stack trace. Never silent.</summary>
    void InternalError(string message, string trace);
}
