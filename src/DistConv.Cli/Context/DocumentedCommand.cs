using System.CommandLine;

namespace DistConv.Cli.Context;

/// <summary>A command whose help shows examples.</summary>
internal interface IHasExamples
{
    /// <summary>Command lines that work as they are, apart from words in capitals.</summary>
    IReadOnlyList<string> Examples { get; }
}

/// <summary>A command with a one-line description and examples.</summary>
internal sealed class DocumentedCommand(string name, string description, params string[] examples) : Command(name, description), IHasExamples
{
    /// <inheritdoc/>
    public IReadOnlyList<string> Examples { get; } = examples;
}
