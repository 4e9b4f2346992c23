using System.Diagnostics;
using System.Globalization;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>A real terminal: a tmux server of its own with one window, in which a shell runs.</summary>
internal sealed class Tmux : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private readonly string _socket = $"distconv-{Guid.NewGuid():N}";

    /// <summary>Why there is no terminal; null if there is one.</summary>
    public static string? Missing { get; } = OperatingSystem.IsWindows() ? "tmux does not run on Windows"
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, "tmux"))) ? null
        : "tmux is not installed; it is the terminal of these tests (apt-get install tmux)";

    /// <summary>Starts it, or skips the test.</summary>
    public static async Task<Tmux> StartAsync(string folder, int width, int height)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        Tmux tmux = new();
        await tmux.RunAsync("new-session", "-d", "-x", $"{width}", "-y", $"{height}", "-c", folder,
            "env -u DISTCONV_STORE -u NO_COLOR DISTCONV_PROGRAM=distconv PS1='ready> ' LC_ALL=C.UTF-8 bash --norc --noprofile");
        await tmux.WaitAsync(screen => screen.Contains("ready>", StringComparison.Ordinal));
        return tmux;
    }

    /// <summary>The command line of the built executable, for the shell.</summary>
    public static string DistConv =>
        $"{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"} {TestedProgram.Assembly}";

    /// <summary>Types a line.</summary>
    public Task TypeAsync(string line) => RunAsync("send-keys", line, "Enter");

    /// <summary>Presses a key, such as "C-c".</summary>
    public Task PressAsync(string key) => RunAsync("send-keys", key);

    /// <summary>Changes the window's size.</summary>
    public Task ResizeAsync(int width, int height) => RunAsync("resize-window", "-x", $"{width}", "-y", $"{height}");

    /// <summary>What the window shows, or showed before with <paramref name="history"/>; colours as escape sequences if wanted.</summary>
    public Task<string> CaptureAsync(bool history = false, bool colours = false) =>
        RunAsync(["capture-pane", "-p", .. history ? (string[])["-S", "-"] : [], .. colours ? (string[])["-e"] : []]);

    /// <summary>Whether the cursor can be seen.</summary>
    public async Task<bool> IsCursorVisibleAsync() => int.Parse(await RunAsync("display-message", "-p", "#{cursor_flag}"), CultureInfo.InvariantCulture) == 1;

    /// <summary>Looks at the window until it is as expected.</summary>
    /// <returns>What it shows then.</returns>
    public async Task<string> WaitAsync(Func<string, bool> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            string screen = await CaptureAsync();
            if (condition(screen)) return screen;
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, $"the terminal never showed what it should; it shows\n{await CaptureAsync(history: true)}");
            await Task.Delay(PollInterval, TestContext.Current.CancellationToken);
        }
    }

    public async ValueTask DisposeAsync() => await RunAsync("kill-server");

    private async Task<string> RunAsync(params string[] args)
    {
        ProcessStartInfo start = new("tmux") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string arg in (string[])["-L", _socket, "-u", "-f", "/dev/null", .. args]) start.ArgumentList.Add(arg);
        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"tmux {string.Join(' ', args)}: {await errors}");
        return output;
    }
}
