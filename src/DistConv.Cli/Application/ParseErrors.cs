using System.CommandLine;
using System.CommandLine.Parsing;
using DistConv.Core;

namespace DistConv.Cli.Application;

/// <summary>Mistakes in a command line, in one line.</summary>
internal static class ParseErrors
{
    /// <summary>The mistake to show: an unknown word before what follows from it.</summary>
    /// <returns>A line, or null if there is no mistake.</returns>
    public static string? FirstLine(ParseResult parsed)
    {
        if (parsed.Errors.Count == 0) return null;
        Command command = parsed.CommandResult.Command;
        if (parsed.UnmatchedTokens.Count > 0) return Unknown(command, parsed.UnmatchedTokens[0]);
        if (parsed.Errors.FirstOrDefault(error => error.SymbolResult is not CommandResult) is { } error) return Sentence(error.Message);
        return command.Subcommands.Count > 0
            ? $"'{Path(command)}' needs one of: {string.Join(", ", VisibleNames(command))}"
            : $"{Sentence(parsed.Errors[0].Message)} (see '{Path(command)} --help')";
    }

    /// <summary>"distconv jobs show": how a person writes the command.</summary>
    public static string Path(Command command)
    {
        string above = string.Join(' ', command.Parents.OfType<Command>().Take(1).Select(Path));
        return command is RootCommand ? "distconv" : $"{above} {command.Name}";
    }

    private static string Unknown(Command command, string token)
    {
        string name = token.Split('=', 2)[0];
        if (name.StartsWith('-'))
        {
            IEnumerable<string> options = command.Options.Where(option => !option.Hidden).Select(option => option.Name);
            return $"unknown option '{name}'{Hint(command, name, options)}";
        }

        return command.Subcommands.Count > 0
            ? $"unknown command '{token}'{Hint(command, token, VisibleNames(command))}"
            : $"unexpected argument '{token}' (see '{Path(command)} --help')";
    }

    private static string Hint(Command command, string given, IEnumerable<string> choices)
    {
        string didYouMean = Suggestion.DidYouMean(given, choices);
        return didYouMean.Length > 0 ? didYouMean : $" (see '{Path(command)} --help')";
    }

    private static IEnumerable<string> VisibleNames(Command command) => command.Subcommands.Where(sub => !sub.Hidden).Select(sub => sub.Name);

    private static string Sentence(string message)
    {
        string line = message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return line.Length > 1 && char.IsUpper(line[0]) && char.IsLower(line[1]) ? char.ToLowerInvariant(line[0]) + line[1..] : line;
    }
}
