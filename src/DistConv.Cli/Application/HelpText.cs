using System.CommandLine;
using System.Text;
using DistConv.Cli.Output;

namespace DistConv.Cli.Application;

/// <summary>The help of a command, made to be read in a terminal of 80 columns.</summary>
internal static class HelpText
{
    /// <summary>No line is longer.</summary>
    public const int Width = 80;

    private const int MaxTermWidth = 26;
    private const int GroupedFrom = 12;

    private static readonly (string Title, string[] Options)[] Groups =
    [
        ("Data and model",
            ["--vary", "--recipe", "--data", "--data-dir", "--cache", "--offline", "--model", "--initial-weights", "--samples", "--validation-split"]),
        ("Length", ["--epochs", "--steps", "--early-stop", "--stop-at"]),
        ("Training", []), // And what is in no other group.
        ("Where and how it runs",
            ["--job", "--store", "--out", "--silos", "--threads", "--snapshot-every", "--norms-every",
                "--local", "--dashboard", "--telemetry", "--cluster", "--cluster-id", "--detach", "--parallel"]),
        ("Output", ["--csv", "--json", "--quiet", "--help"]),
    ];

    /// <summary>What a bare <c>distconv</c> shows.</summary>
    public static string Overview { get; } = """
        DistConv trains convolutional networks on CPUs, exact to the bit.

          distconv train           train a network, on digits that DistConv draws itself
          distconv jobs list       see what was trained, and go on with a job
          distconv evaluate JOB    measure a trained network on held-out samples

        All commands: distconv --help
        One of them:  distconv train --help
        """;

    /// <summary>All of a command's help.</summary>
    /// <param name="command">The command.</param>
    /// <param name="examples">Command lines.</param>
    public static string Write(Command command, IReadOnlyList<string> examples)
    {
        StringBuilder text = new();
        text.Append(TextWrap.Wrap(command.Description ?? "", Width, moreIndent: "")).Append("\n\n");
        string arguments = string.Concat(command.Arguments.Where(argument => !argument.Hidden).Select(argument => $" {argument.Name}"));
        string subcommand = command.Subcommands.Count > 0 ? " COMMAND" : "";
        text.Append($"Usage: {ParseErrors.Path(command)}{subcommand}{arguments} [options]\n");
        Section(text, "Commands", command.Subcommands.Where(sub => !sub.Hidden).Select(sub => (Term(sub), sub.Description ?? "")));
        Section(text, "Arguments", command.Arguments.Where(argument => !argument.Hidden).Select(argument => (argument.Name, argument.Description ?? "")));
        Option[] options = [.. command.Options.Where(option => !option.Hidden)];
        if (options.Length < GroupedFrom) Section(text, "Options", options.Select(Row));
        else foreach ((string title, _) in Groups) Section(text, title, options.Where(option => Group(option) == title).Select(Row));
        if (examples.Count > 0) text.Append("\nExamples:\n");
        foreach (string example in examples) text.Append(Example(example)).Append('\n');
        return text.ToString();
    }

    /// <summary>A command line in lines that a shell reads as one.</summary>
    private static string Example(string example)
    {
        StringBuilder lines = new("  ");
        int length = 2;
        foreach (string part in example.Replace(" -", "\n-", StringComparison.Ordinal).Split('\n'))
        {
            if (length + 1 + part.Length > Width - 2)
            {
                lines.Append(" \\\n      ");
                length = 6;
            }
            else if (length > 2)
            {
                lines.Append(' ');
                length++;
            }

            lines.Append(part);
            length += part.Length;
        }

        return lines.ToString();
    }

    private static string Group(Option option) => Groups.FirstOrDefault(group => group.Options.Contains(option.Name), Groups[2]).Title;

    private static string Term(Command command) => command.Name + string.Concat(command.Arguments.Select(argument => $" {argument.Name}"));

    private static (string Term, string Description) Row(Option option)
    {
        string[] aliases = [.. option.Aliases.Where(alias => alias.StartsWith('-') && alias != "-?"), option.Name];
        return (string.Join(", ", aliases) + (option.HelpName is { } value ? $" {value}" : ""), option.Description ?? "");
    }

    private static void Section(StringBuilder text, string title, IEnumerable<(string Term, string Description)> rows)
    {
        (string Term, string Description)[] all = [.. rows];
        if (all.Length == 0) return;
        int column = Math.Min(MaxTermWidth, all.Max(row => row.Term.Length)) + 4;
        text.Append($"\n{title}:\n");
        foreach ((string term, string description) in all)
        {
            string[] lines = TextWrap.Wrap(description, Width - column, moreIndent: "").Split('\n');
            string start = $"  {term}";
            bool below = start.Length + 2 > column; // A long term has a line of its own.
            text.Append(below ? $"{start}\n{new string(' ', column)}" : start.PadRight(column)).Append(string.Join('\n' + new string(' ', column), lines))
                .Append('\n');
        }
    }
}
