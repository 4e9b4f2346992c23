using System.CommandLine;
using System.CommandLine.Parsing;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Application;

public sealed class HelpTests
{
    private readonly RecordingOutput _output = new();

    [Fact]
    public async Task Help_everyCommand_fits80ColumnsAndHasExamplesThatParse()
    {
        CliContext context = new(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken);
        RootCommand root = CommandLine.Create(context);
        foreach (Command command in (Command[])[root, .. Below(root)])
        {
            string help = await HelpAsync(command);
            string path = ParseErrors.Path(command);
            Assert.All(help.Split('\n'), line => Assert.True(line.Length <= HelpText.Width, $"{path}: {line}"));
            string[] examples = [.. help[help.IndexOf("Examples:", StringComparison.Ordinal)..].Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
                .Skip(1).Where(line => line.Length > 0)];
            Assert.NotEmpty(examples);
            Assert.All(examples, example => Assert.Empty(root.Parse(Words(example)).Errors));
            Assert.All(command.Options.Where(option => !option.Hidden), option =>
                Assert.Contains($"  {option.Name}", help.Replace("-h, --help", "  --help", StringComparison.Ordinal), StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Help_numbers_showTheirRangeAndDefault()
    {
        // Where its lines break depends on the longest option.
        string help = string.Join(' ', (await HelpAsync("train")).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        Assert.Matches(@"--epochs N +Length in epochs \[1 to 1000000; default: 2, or what 200 steps need, at most 100\]\.", help);
        Assert.Contains("[above 0; default: adam, adamw, rmsprop 0.001", help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RunAsync_bareCommand_showsThreeCommandsThatExist()
    {
        Assert.Equal(0, await CommandLine.RunAsync([], new CliContext(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken)));
        string[] commands = [.. Assert.Single(_output.Resulted).Split('\n').Where(line => line.StartsWith("  distconv", StringComparison.Ordinal))];
        Assert.Equal(["  distconv train", "  distconv jobs list", "  distconv evaluate JOB"], commands.Select(line => line[..27].TrimEnd()));
    }

    [Theory]
    [InlineData("train")]
    [InlineData("jobs", "show")]
    [InlineData]
    public async Task HelpCommand_isTheHelpOfTheCommand(params string[] words)
    {
        Assert.Equal(0, await RunHelpAsync(words));
        Assert.Equal(await HelpAsync(words), _output.Results.ToString());
    }

    [Theory]
    [InlineData("'distconv' has no command 'trian'; did you mean 'train'?", "trian")]
    [InlineData("'distconv train' has no commands of its own, and so no 'now'", "train", "now")]
    public async Task HelpCommand_unknown_isOneLine(string expected, params string[] words)
    {
        Assert.Equal(2, await RunHelpAsync(words));
        Assert.Equal(expected, Assert.Single(_output.Failed));
    }

    private Task<int> RunHelpAsync(string[] words) => CommandLine.RunAsync(
        ["help", .. words], new CliContext(_output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken));

    /// <summary>What the program gets of an example.</summary>
    private static string[] Words(string example) => [.. CommandLineParser.SplitCommandLine(example.Split(" | ")[0].Split(" 2> ")[0]).Skip(1)];

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(sub => (Command[])[sub, .. Below(sub)]);

    private Task<string> HelpAsync(Command command) => HelpAsync(ParseErrors.Path(command).Split(' ')[1..]);

    private async Task<string> HelpAsync(params string[] words)
    {
        RecordingOutput output = new();
        Assert.Equal(
            0, await CommandLine.RunAsync([.. words, "--help"], new CliContext(output, TimeProvider.System, _ => null, TestContext.Current.CancellationToken)));
        return output.Results.ToString()!;
    }
}
