using DistConv.Cli.Output;

namespace DistConv.Cli.Tests.Support;

/// <summary>Remembers what a command writes.</summary>
internal sealed class RecordingOutput : IConsoleOutput
{
    public List<string> Said { get; } = [];

    /// <summary>What a terminal of 80 columns was shown, drawing by drawing.</summary>
    public List<string[]> Lived { get; } = [];

    public List<bool> LiveEnds { get; } = [];

    public List<string> Hinted { get; } = [];

    public List<string> Warned { get; } = [];

    public List<string> Failed { get; } = [];

    public List<string> Resulted { get; } = [];

    public TextWriter Results { get; } = new StringWriter();

    public TextWriter Messages { get; } = new StringWriter();

    public bool IsLive { get; init; }

    public bool Quiet { get; set; }

    public MemoryStream Taken { get; } = new();

    public Stream TakeResults() => Taken;

    public void Result(string text) => Resulted.Add(text);

    public void Data(string text) => Resulted.Add(text);

    public void Result(TextTable table) => Resulted.Add(table.ToString());

    public void Say(string text) => Said.Add(text);

    public void Hint(string command) => Hinted.Add(command);

    public void Live(Func<Viewport, IReadOnlyList<StyledLine>> draw)
    {
        if (IsLive) Lived.Add([.. draw(new Viewport(80, 24, true)).Select(line => line.ToString())]);
    }

    public void EndLive(bool keep) => LiveEnds.Add(keep);

    public void Warn(string message) => Warned.Add(message);

    public void Error(string message) => Failed.Add(message);

    public void InternalError(string message, string trace) => Failed.Add($"internal error: {message}");
}
