using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using DistConv.Cli.Context;

namespace DistConv.Cli.Application;

/// <summary>Shows <see cref="HelpText"/>, with the examples of a command that has some.</summary>
internal sealed class HelpWithExamples : SynchronousCommandLineAction
{
    private HelpWithExamples()
    {
    }

    /// <summary>Help wins over mistakes elsewhere in the line.</summary>
    public override bool ClearsParseErrors => true;

    /// <summary>Replaces the help of a command line.</summary>
    public static void Install(RootCommand root)
    {
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Description = "Show help.";
        help.Action = new HelpWithExamples();
        root.Options.OfType<VersionOption>().Single().Description = "Show the version.";
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Text(parseResult.CommandResult.Command));
        return ExitCodes.Done;
    }

    /// <summary>The help of a command.</summary>
    public static string Text(Command command) => HelpText.Write(command, Examples(command));

    private static IReadOnlyList<string> Examples(Command command) => command switch
    {
        RootCommand => ["distconv train", "distconv train --data mnist --data-dir DIR --model keras2-mnist-cnn --epochs 2", "distconv jobs watch JOB"],
        IHasExamples documented => documented.Examples,
        _ => [],
    };
}
