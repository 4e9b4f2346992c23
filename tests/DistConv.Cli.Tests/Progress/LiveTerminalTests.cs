using System.Text.RegularExpressions;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cli.Tests.Progress;

/// <summary>The built executable in a real terminal.</summary>
public sealed partial class LiveTerminalTests : IDisposable
{
    private const string Train = "train --data idx:data --model tiny.json --samples 101 --batch 10 --shards 7 --local";

    private readonly TemporaryFolder _folder = new();

    public LiveTerminalTests()
    {
        TinyData.WriteIdx(_folder["data"]);
        _folder.Write("tiny.json", TinyData.Model);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(80, 24)]
    [InlineData(200, 50)]
    public async Task Train_toItsEnd_leavesTheLastStateAndTheReport(int width, int height)
    {
        await using Tmux tmux = await Tmux.StartAsync(_folder.FullPath, width, height);
        await tmux.TypeAsync($"clear; {Tmux.DistConv} {Train} --steps 60 --job short");
        string screen = await tmux.WaitAsync(text => Prompts(text) == 1 && text.Contains("weights sha256", StringComparison.Ordinal));
        string all = await tmux.CaptureAsync(history: true);
        Assert.Equal(1, Regex.Count(all, "short ━+ 100 %  done in 0:"));
        Assert.Single(Regex.Matches(all, "^silo local ", RegexOptions.Multiline));
        Assert.Equal(6, Regex.Count(all, "^epoch ./6 ends ", RegexOptions.Multiline));
        Assert.Contains("  loss ", screen, StringComparison.Ordinal);
        Assert.True(await tmux.IsCursorVisibleAsync());
    }

    [Fact]
    public async Task Train_resizedAndInterrupted_redrawsAndLeavesACleanTerminal()
    {
        await using Tmux tmux = await Tmux.StartAsync(_folder.FullPath, 100, 30);
        await tmux.TypeAsync($"clear; {Tmux.DistConv} {Train} --steps 100000000 --job long");
        await tmux.WaitAsync(text => Bars(text) is [100 - 1] && text.Contains("loss", StringComparison.Ordinal));
        await tmux.ResizeAsync(50, 20);
        await tmux.WaitAsync(text => IsOneRegion(text, 50 - 1));
        await tmux.ResizeAsync(120, 12);
        await tmux.WaitAsync(text => IsOneRegion(text, 120 - 1));
        await tmux.ResizeAsync(70, 40);
        await tmux.WaitAsync(text => IsOneRegion(text, 70 - 1));
        Assert.False(await tmux.IsCursorVisibleAsync());
        await tmux.PressAsync("C-c");
        string screen = await tmux.WaitAsync(text => Prompts(text) == 1);
        Assert.Matches("long ━*─+ +0 %  stopped in", screen);
        Assert.Contains("jobs resume long", screen, StringComparison.Ordinal);
        Assert.True(await tmux.IsCursorVisibleAsync());
    }

    [Fact]
    public async Task Train_noColor_staysLiveWithoutColours()
    {
        await using Tmux tmux = await Tmux.StartAsync(_folder.FullPath, 80, 24);
        await tmux.TypeAsync($"clear; NO_COLOR=1 {Tmux.DistConv} {Train} --steps 60 --job plain");
        await tmux.WaitAsync(text => text.Contains("plain ━", StringComparison.Ordinal) && Prompts(text) == 1);
        Assert.DoesNotContain('\e', await tmux.CaptureAsync(history: true, colours: true));
        await tmux.TypeAsync($"clear; {Tmux.DistConv} {Train} --steps 60 --job colours");
        await tmux.WaitAsync(text => text.Contains("job colours: done", StringComparison.Ordinal));
        Assert.Contains("\e[32m━", await tmux.CaptureAsync(colours: true), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("TERM=dumb", "")]
    [InlineData("", "2>&1 | cat")]
    public async Task Train_noLiveTerminal_plainLines(string environment, string pipe)
    {
        await using Tmux tmux = await Tmux.StartAsync(_folder.FullPath, 120, 40);
        await tmux.TypeAsync($"clear; {environment} {Tmux.DistConv} {Train} --steps 60 --job plain {pipe}");
        string screen = await tmux.WaitAsync(text => text.Contains("weights", StringComparison.Ordinal));
        Assert.Contains("\nepoch 1/6 ends ", screen, StringComparison.Ordinal);
        Assert.DoesNotContain('━', screen);
    }

    [Fact]
    public async Task Train_asciiLocale_hasNothingElse()
    {
        await using Tmux tmux = await Tmux.StartAsync(_folder.FullPath, 80, 24);
        await tmux.TypeAsync($"clear; LC_ALL=C {Tmux.DistConv} {Train} --steps 60 --job ascii");
        string screen = await tmux.WaitAsync(text => text.Contains("weights", StringComparison.Ordinal));
        Assert.Contains("ascii #####", screen, StringComparison.Ordinal);
        Assert.All(screen, c => Assert.True(char.IsAscii(c), $"'{c}' in\n{screen}"));
    }

    [Fact]
    public async Task Train_outputRedirected_isLiveOnStandardErrorAndFollowsItsSize()
    {
        await using Tmux tmux = await Tmux.StartAsync(_folder.FullPath, 90, 30);
        await tmux.TypeAsync($"clear; {Tmux.DistConv} {Train} --steps 100000000 --job long --json > out.json");
        await tmux.WaitAsync(text => Bars(text) is [90 - 1]);
        await tmux.ResizeAsync(60, 30);
        await tmux.WaitAsync(text => Bars(text) is [60 - 1]);
        await tmux.PressAsync("C-c");
        await tmux.WaitAsync(text => Prompts(text) == 1);
        Assert.StartsWith(
            "{\"job\":\"long\"", await File.ReadAllTextAsync(_folder["out.json"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    /// <summary>Whether the live region is there once, as wide as the terminal, and nothing is below it.</summary>
    private static bool IsOneRegion(string screen, int width) =>
        Bars(screen) is [var bar] && bar == width && Regex.Count(screen, "^silo local ", RegexOptions.Multiline) == 1
        && screen.TrimEnd().Split('\n')[^1].StartsWith("silo local ", StringComparison.Ordinal);

    private static int Prompts(string screen) => Regex.Count(screen, "^ready> ?$", RegexOptions.Multiline);

    /// <summary>The lengths of the lines with a progress bar.</summary>
    private static int[] Bars(string screen) => [.. screen.Split('\n').Where(line => BarLine().IsMatch(line)).Select(line => line.Length)];

    [GeneratedRegex("^long [━─]+ +[0-9]+ %")]
    private static partial Regex BarLine();
}
