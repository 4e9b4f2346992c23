using System.Globalization;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Xunit;

namespace DistConv.Dashboard.Browser.Tests.Support;

/// <summary>A dashboard in a tab, and what all tests ask of it.</summary>
internal sealed class DashboardPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private DashboardPage(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => Hear(error);
        page.Console += (_, message) =>
        {
            // The browser logs each answer that is an error; tests that provoke one look at what the page says.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal)) Hear(message.Text);
        };
    }

    /// <summary>The tab.</summary>
    public IPage Page { get; }

    /// <summary>The page's heading.</summary>
    public ILocator Heading => Page.Locator("h1");

    /// <summary>Opens a link that carries the token.</summary>
    public static async Task<DashboardPage> OpenAsync(IBrowserContext context, Uri link)
    {
        DashboardPage page = new(context, await context.NewPageAsync());
        await page.Page.GotoAsync(link.ToString());
        await page.SaysAsync(page.Page.Locator(".source"), "");
        return page;
    }

    /// <summary>Goes to a view by its address, such as "#/job/j?y=log".</summary>
    public Task GoAsync(string view) => Page.EvaluateAsync("view => { location.hash = view; }", view);

    /// <summary>Waits until something contains a text.</summary>
    public Task SaysAsync(ILocator place, string text) => Assertions.Expect(place).ToContainTextAsync(text);

    /// <summary>Waits until something is there and can be seen.</summary>
    public Task ShowsAsync(ILocator place) => Assertions.Expect(place).ToBeVisibleAsync();

    /// <summary>A card, a table or a group by its accessible name.</summary>
    public ILocator Region(string name) => Page.GetByRole(AriaRole.Region, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>A button by its accessible name.</summary>
    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    /// <summary>A chart's card by its title.</summary>
    public ILocator Chart(string title) => Page.Locator("section.chart").Filter(new LocatorFilterOptions { Has = Page.Locator("h2", Titled(title)) });

    /// <summary>What a chart saves as CSV: series, x, drawn, recorded, minimum, maximum.</summary>
    public async Task<IReadOnlyList<string[]>> SaveCsvAsync(string title)
    {
        ILocator button = Chart(title).GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "CSV" });
        IDownload download = await Page.RunAndWaitForDownloadAsync(() => button.ClickAsync());
        await using Stream stream = await download.CreateReadStreamAsync();
        string text = await new StreamReader(stream).ReadToEndAsync(TestContext.Current.CancellationToken);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(line => line.Split(','))];
    }

    /// <summary>The newest x of a chart, as its CSV has it.</summary>
    public async Task<long> NewestAsync(string title) => (long)double.Parse((await SaveCsvAsync(title))[^1][1], CultureInfo.InvariantCulture);

    /// <summary>
    /// Ensures that axe finds nothing, and that nothing lies beyond the right edge, at the width of a phone and of a desk and in both colours. Only the
    /// contrast depends on the colours, so dark pages are checked for nothing else.
    /// </summary>
    public async Task CheckAccessAsync(string view)
    {
        AxeRunOptions contrast = new() { RunOnly = new RunOnlyOptions { Type = "rule", Values = ["color-contrast"] } };
        foreach (int width in (int[])[390, 1440])
        {
            await Page.SetViewportSizeAsync(width, 1000);
            foreach (ColorScheme colours in (ColorScheme[])[ColorScheme.Light, ColorScheme.Dark])
            {
                await Page.EmulateMediaAsync(new PageEmulateMediaOptions { ColorScheme = colours });
                await Page.EvaluateAsync("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))");
                AxeResult found = await Page.RunAxe(colours == ColorScheme.Light ? new AxeRunOptions() : contrast);
                string[] violations =
                    [.. found.Violations.Select(rule => $"{rule.Id}: {rule.Help}\n  {string.Join("\n  ", rule.Nodes.Select(node => node.Html))}")];
                Assert.True(violations.Length == 0, $"{view}, {width} pixels, {colours}: {string.Join('\n', violations)}");
                int[] widths = await Page.EvaluateAsync<int[]>("() => [document.documentElement.scrollWidth, innerWidth]");
                Assert.True(widths[0] <= widths[1], $"{view} is {widths[0]} pixels wide, and the window {widths[1]}");
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _context.CloseAsync();
        lock (_faults) Assert.True(_faults.Count == 0, $"the page has faults:\n{string.Join('\n', _faults)}");
    }

    private static PageLocatorOptions Titled(string title) => new() { HasTextString = title };

    private void Hear(string fault)
    {
        lock (_faults) _faults.Add(fault);
    }
}
