using System.CommandLine;
using System.Text.RegularExpressions;
using DistConv.Cli.Application;
using DistConv.Cli.Context;
using DistConv.Cli.Tests.Support;
using DistConv.Tests.Shared;
using SkiaSharp;
using Xunit;

namespace DistConv.Cli.Tests;

/// <summary>The README and the pages of docs/ say what is true: their commands are well formed, and those that need no data run.</summary>
public sealed partial class DocumentTests
{
    /// <summary>Each command that a document gives on a line of its own, with its page.</summary>
    public static TheoryData<string, string> Commands { get; } = [.. Pages().SelectMany(page => CommandsOf(page).Select(command => (page, command)))];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Command_ofADocument_isWellFormed(string page, string command)
    {
        CliContext context = new(new RecordingOutput(), TimeProvider.System, _ => null, TestContext.Current.CancellationToken);
        ParseResult parsed = CommandLine.Create(context).Parse(Arguments(command));
        Assert.True(parsed.Errors.Count == 0, $"{page}: {command}: {string.Join("; ", parsed.Errors)}");
    }

    [Fact]
    public async Task Commands_ofTheGuide_run()
    {
        using TemporaryFolder folder = new();
        folder.Write("my-model.json", JsonBlock().Match(Read("docs/models.md")).Groups[1].Value);
        await RunAsync(folder, Find("docs/models.md", "distconv models check"));
        string train = Find("docs/guide.md", "distconv train --model").Replace("--stop-at 100", "--stop-at 2", StringComparison.Ordinal);
        await RunAsync(folder, train + " --samples 200 --batch 20 --steps 4 --job guide");
        foreach (string picture in (string[])["0/a", "0/b", "0/c", "1/a", "1/b", "1/c"]) WritePicture(folder[$"DIR/{picture}.png"]);
        foreach (string start in (string[])[
            "distconv jobs list", "distconv jobs show", "distconv jobs resume", "distconv jobs watch", "distconv snapshot show", "distconv snapshot verify",
                "distconv evaluate",
            "distconv filters JOB --describe", "distconv filters JOB --maximize", "distconv filters JOB --animate", "distconv export",
                "distconv explain", "distconv data list",
            "distconv data show"])
        {
            foreach (string command in FindAll("docs/guide.md", start)) await RunAsync(folder, command.Replace("JOB", "guide", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Commands_ofTheReadme_run()
    {
        using TemporaryFolder folder = new();
        folder.Write("my-model.json", JsonBlock().Match(Read("docs/models.md")).Groups[1].Value);
        string train = Find("README.md", "distconv train --model").Replace("--stop-at 100", "--stop-at 2", StringComparison.Ordinal);
        await RunAsync(folder, train + " --samples 200 --batch 20 --steps 2 --job readme");
        foreach (string start in (string[])["distconv models check", "distconv explain", "distconv filters", "distconv export"])
        {
            foreach (string command in FindAll("README.md", start)) await RunAsync(folder, command.Replace("JOB", "readme", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Readme_namesTheTwoCommandsOfAFreshMachine()
    {
        Assert.Contains("\ndotnet run -c Release --project src/DistConv.Cli -- train\n", Read("README.md"), StringComparison.Ordinal);
        Assert.Contains("\ndotnet test -c Release\n", Read("README.md"), StringComparison.Ordinal);
    }

    [Fact]
    public void Documents_giveCommands()
    {
        foreach (string page in (string[])["README.md", "docs/cluster.md", "docs/guide.md", "docs/models.md"]) Assert.NotEmpty(CommandsOf(page));
    }

    private static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Checkout.Root, path).Replace('\\', '/'))
            .Append("README.md")
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> CommandsOf(string page) =>
        Read(page).Split('\n').Select(line => line.Trim()).Where(line => line.StartsWith("distconv ", StringComparison.Ordinal))
            .Select(line => line.Split('#')[0].Trim());

    private static string Find(string page, string start) => Assert.Single(FindAll(page, start));

    private static string[] FindAll(string page, string start)
    {
        string[] found = [.. CommandsOf(page).Where(command => command.StartsWith(start, StringComparison.Ordinal))];
        Assert.NotEmpty(found);
        return found;
    }

    /// <summary>The words of a command, as a shell would split it.</summary>
    private static string[] Arguments(string command) =>
        [.. Word().Matches(command).Skip(1).Select(word => word.Groups["quoted"].Success ? word.Groups["quoted"].Value : word.Value)];

    private static void WritePicture(string path)
    {
        using SKBitmap bitmap = new(8, 8);
        bitmap.Erase(SKColors.Gray);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, png.ToArray());
    }

    private static async Task RunAsync(TemporaryFolder folder, string command)
    {
        ProcessResult result = await DistConvProcess.RunAsync(folder.FullPath, Arguments(command));
        Assert.True(result.ExitCode == 0, $"{command}: {result}");
    }

    private static string Read(string page) => File.ReadAllText(Path.Combine(Checkout.Root, page));

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex("\"(?<quoted>[^\"]*)\"|[^\\s\"]+")]
    private static partial Regex Word();
}
