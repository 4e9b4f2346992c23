using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Core;

namespace DistConv.Cli.Application;

/// <summary><c>distconv help train</c>, which is <c>distconv train --help</c>.</summary>
internal static class HelpCommand
{
    /// <summary>The command.</summary>
    /// <param name="root">The command line that it explains.</param>
    /// <param name="context">Where the help goes.</param>
    public static Command Create(RootCommand root, CliContext context)
    {
        DocumentedCommand command = new("help", "Show the help of a command, as --help behind it does.", "distconv help train", "distconv help jobs show");
        Argument<string[]> path = new("COMMAND")
        {
            Description = "The command, and its subcommand if it has some [default: all commands].",
            Arity = ArgumentArity.ZeroOrMore,
        };
        path.CompletionSources.Add(_ => root.Subcommands.Where(sub => !sub.Hidden).Select(sub => new System.CommandLine.Completions.CompletionItem(sub.Name)));
        command.Add(path);
        command.SetAction(parsed =>
        {
            context.Output.Results.Write(HelpWithExamples.Text(Find(root, parsed.GetValue(path) ?? [])));
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Find(Command above, string[] words)
    {
        foreach (string word in words)
        {
            Command[] known = [.. above.Subcommands.Where(sub => !sub.Hidden)];
            above = known.FirstOrDefault(sub => sub.Name == word) ?? throw new InvalidInputException(known.Length == 0
                ? $"'{ParseErrors.Path(above)}' has no commands of its own, and so no '{word}'"
                : $"'{ParseErrors.Path(above)}' has no command '{word}'{Suggestion.DidYouMean(word, known.Select(sub => sub.Name))}");
        }

        return above;
    }
}
