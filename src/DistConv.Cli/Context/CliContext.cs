using DistConv.Cli.Output;

namespace DistConv.Cli.Context;

/// <summary>What a command gets from outside: nothing in a command is ambient.</summary>
/// <param name="Output">Where it writes.</param>
/// <param name="Time">Its clock.</param>
/// <param name="Environment">Environment variables by name.</param>
/// <param name="Stop">Requested by the first Ctrl-C: end soon, and cleanly.</param>
internal sealed record CliContext(IConsoleOutput Output, TimeProvider Time, Func<string, string?> Environment, CancellationToken Stop)
{
    /// <summary>Standard input.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>An environment variable; an empty one counts as not set.</summary>
    public string? Variable(string name) => Environment(name) is { Length: > 0 } value ? value : null;
}
