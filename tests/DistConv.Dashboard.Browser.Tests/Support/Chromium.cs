using Microsoft.Playwright;
using Xunit;

[assembly: AssemblyFixture(typeof(DistConv.Dashboard.Browser.Tests.Support.Chromium))]

namespace DistConv.Dashboard.Browser.Tests.Support;

/// <summary>One browser for all tests, started by the first one that opens a page. A page has its own storage.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>How long a condition may take to become true. It is long because several builds may share the machine.</summary>
    public const int PatienceMilliseconds = 60_000;

    private static readonly string[] _arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ];

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(StartAsync);

    /// <summary>The program; null on a machine without it.</summary>
    private static string? Program => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "chromium"))
        .FirstOrDefault(File.Exists);

    /// <summary>Whether there is a browser.</summary>
    public static bool IsInstalled => Program is not null && OperatingSystem.IsLinux();

    /// <inheritdoc/>
    public ValueTask InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(PatienceMilliseconds);
        return ValueTask.CompletedTask;
    }

    /// <summary>Skips the test on a machine that has no browser.</summary>
    public static void EnsureInstalled() => Assert.SkipUnless(IsInstalled, "needs Linux and Debian's chromium, which is not on the PATH");

    /// <summary>Opens a dashboard.</summary>
    /// <param name="link">What it printed, or the same with a view: "http://127.0.0.1:8090/#token=…".</param>
    /// <param name="width">Width of the page in pixels.</param>
    /// <param name="isDark">Whether the system prefers dark colours.</param>
    internal async Task<DashboardPage> OpenAsync(Uri link, int width = 1440, bool isDark = false)
    {
        EnsureInstalled();
        IBrowserContext context = await (await _started.Value).Browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = width < 600 ? 844 : 1000 },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce, // Contrast is measured on colours, not between two of them.
            Locale = "en-US",
            TimezoneId = "UTC",
            AcceptDownloads = true,
        });
        context.SetDefaultTimeout(PatienceMilliseconds);
        return await DashboardPage.OpenAsync(context, link);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_started.IsValueCreated) return;
        (IPlaywright driver, IBrowser browser) = await _started.Value;
        await browser.DisposeAsync();
        driver.Dispose();
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> StartAsync()
    {
        IPlaywright driver = await Playwright.CreateAsync();
        BrowserTypeLaunchOptions options = new() { ExecutablePath = Program, Headless = true, Args = _arguments };
        return (driver, await driver.Chromium.LaunchAsync(options));
    }
}
