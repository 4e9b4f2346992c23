using DistConv.Cli.Output;

namespace DistConv.Cli.Tests.Support;

/// <summary>Remembers what a command writes.</summary>
internal sealed class RecordingOutput : IConsoleOutput
{
    public List<string> Said { get; } = [];

    public List<string> Lived { get; } = [];

    public List<string> Warned { get; } = [];

    public List<string> Failed { get; } = [];

    public List<string> Resulted { get; } = [];

    public TextWriter Results { get; } = new StringWriter();

    public TextWriter Messages { get; } = new StringWriter();

    public bool IsLive { get; init; }

    public bool Quiet { get; set; }

    public void Result(string text) => Resulted.Add(text);

    public void Result(TextTable table) => Resulted.Add(table.ToString());

    public void Say(string text) => Said.Add(text);

    public void Live(string text) => Lived.Add(text);

    public void Warn(string message) => Warned.Add(message);

    public void Error(string message) => Failed.Add(message);

    public void InternalError(string message, string trace) => Failed.Add($"internal error: {message}");
}
