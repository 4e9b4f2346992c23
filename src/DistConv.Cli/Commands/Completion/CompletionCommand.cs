using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Core;

namespace DistConv.Cli.Commands.Completion;

/// <summary><c>distconv completion</c>: prints what makes a shell complete distconv's commands, options, their values and the jobs of the store.</summary>
internal static class CompletionCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        string shells = string.Join(", ", CompletionScripts.ByShell.Keys);
        DocumentedCommand command = new(
            "completion",
            "Print a script for shell completion. For bash, put this line in ~/.bashrc: eval \"$(distconv completion bash)\"",
            "distconv completion bash",
            "distconv completion fish | source");
        Argument<string> shell = new("SHELL") { Description = $"{shells}. The script's first line says where it belongs." };
        shell.CompletionSources.Add(_ => CompletionScripts.ByShell.Keys.Select(name => new System.CommandLine.Completions.CompletionItem(name)));
        command.Add(shell);
        command.SetAction(parsed =>
        {
            string name = parsed.GetRequiredValue(shell);
            if (!CompletionScripts.ByShell.TryGetValue(name, out string? script))
                throw new InvalidInputException(
                    $"there is no completion for shell '{name}', only for {shells}{Suggestion.DidYouMean(name, CompletionScripts.ByShell.Keys)}");
            context.Output.Data(script);
            return ExitCodes.Done;
        });
        return command;
    }
}
