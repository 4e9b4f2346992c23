using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DistConv.Cli.Application;

/// <summary>The usual help, and below it the examples of a command that has some.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private readonly HelpAction _inner;

    private HelpWithExamples(HelpAction inner) => _inner = inner;

    /// <summary>Help wins over mistakes elsewhere in the line.</summary>
    public override bool ClearsParseErrors => true;

    /// <summary>Replaces the help of a command line.</summary>
    public static void Install(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show help.";
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        int result = _inner.Invoke(parseResult);
        if (Examples(parseResult.CommandResult.Command) is { Count: > 0 } examples)
        {
            TextWriter output = parseResult.InvocationConfiguration.Output;
            output.WriteLine("Examples:");
            foreach (string example in examples) output.WriteLine($"  {example}");
            output.WriteLine();
        }

        return result;
    }

    private static IReadOnlyList<string> Examples(Command command) => command switch
    {
        RootCommand => ["distconv train", "distconv train --data mnist --data-dir DIR --model keras2-mnist-cnn --epochs 2", "distconv jobs list"],
        IHasExamples documented => documented.Examples,
        _ => [],
    };
}

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
