using System.CommandLine;
using System.Text.RegularExpressions;
using DistConv.Cli.Application;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests;

/// <summary>The README says what is true: its commands run, its links lead somewhere, its model trains.</summary>
public sealed partial class ReadmeTests
{
    private static readonly string Root = FindRoot();
    private static readonly string Text = File.ReadAllText(Path.Combine(Root, "README.md"));

    public static TheoryData<string> Commands { get; } =
        [.. Text.Split('\n').Where(line => line.StartsWith("distconv ", StringComparison.Ordinal)).Select(line => line.Split('#')[0].Trim())];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Readme_command_isWellFormed(string command)
    {
        CliContext context = new(new RecordingOutput(), TimeProvider.System, _ => null, TestContext.Current.CancellationToken);
        ParseResult parsed = CommandLine.Create(context).Parse(command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]);
        Assert.Empty(parsed.Errors);
    }

    [Fact]
    public async Task Readme_modelAndItsCommands_run()
    {
        using TemporaryFolder folder = new();
        folder.Write("my-model.json", JsonBlock().Match(Text).Groups[1].Value);
        await RunAsync(folder, Documented("distconv train --model") + " --samples 200 --batch 20 --steps 4 --job readme", "--stop-at 100", "--stop-at 2");
        foreach (string command in (string[])[
            "distconv jobs list", "distconv jobs show", "distconv jobs resume", "distconv jobs watch", "distconv evaluate", "distconv snapshot show",
            "distconv snapshot verify", "distconv models check", "distconv filters JOB --describe", "distconv filters JOB --maximize", "distconv filters JOB --animate", "distconv export",
            "distconv explain"])
        {
            await RunAsync(folder, Documented(command), "JOB", "readme");
        }
    }

    [Fact]
    public void Readme_links_leadToFiles()
    {
        string[] targets = [.. Link().Matches(Text).Select(match => match.Groups[1].Value).Where(target => !target.StartsWith("http", StringComparison.Ordinal))];
        Assert.NotEmpty(targets);
        Assert.All(targets, target => Assert.True(File.Exists(Path.Combine(Root, target)), target));
    }

    [Fact]
    public void Readme_namesTheTwoCommandsOfAFreshMachine()
    {
        Assert.Contains("\ndotnet run -c Release --project src/DistConv.Cli -- train\n", Text, StringComparison.Ordinal);
        Assert.Contains("\ndotnet test -c Release\n", Text, StringComparison.Ordinal);
    }

    private static string Documented(string start) =>
        Commands.Select(row => row.Data).Single(command => command.StartsWith(start, StringComparison.Ordinal));

    private static async Task RunAsync(TemporaryFolder folder, string command, string placeholder, string value)
    {
        string[] args = [.. command.Replace(placeholder, value, StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]];
        ProcessResult result = await DistConvProcess.RunAsync(folder.FullPath, args);
        Assert.True(result.ExitCode == 0, $"{command}: {result}");
    }

    private static string FindRoot()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "DistConv.sln"))) folder = Path.GetDirectoryName(folder);
        return folder ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"\]\(([^)#\s]+)\)")]
    private static partial Regex Link();
}
