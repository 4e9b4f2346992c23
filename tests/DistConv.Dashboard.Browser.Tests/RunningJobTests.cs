using System.Globalization;
using DistConv.Dashboard.Browser.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace DistConv.Dashboard.Browser.Tests;

/// <summary>The page of <c>distconv train --dashboard</c> while the job runs.</summary>
public sealed class RunningJobTests(Chromium chromium, RunningJob running) : IClassFixture<RunningJob>
{
    [Fact]
    public async Task Curve_ofARunningJob_growsAndIsTheRecords()
    {
        await using DashboardPage page = await chromium.OpenAsync(running.Link);
        await page.GoAsync("#/job/live");
        await page.SaysAsync(page.Page.Locator(".page-head .badge"), "running");
        await page.ShowsAsync(page.Chart("Loss").Locator("canvas"));
        long first = await page.NewestAsync("Loss");
        await RunningJob.PastStepAsync(page, first + 50);
        IReadOnlyList<string[]> saved = await page.SaveCsvAsync("Loss");
        Digits.EnsureRecorded(saved, await Digits.LossesAsync(running.Folder, "live", "--store", "jobs"));
        Assert.Contains(saved, row => row[0] == "training" && long.Parse(row[1], CultureInfo.InvariantCulture) > first);
        await page.SaysAsync(page.Page.Locator(".standing .verdict"), ".");
    }

    [Fact]
    public async Task Filters_ofARunningJob_appearWithTheirNamesAndFollowTheNewestSnapshot()
    {
        await using DashboardPage page = await chromium.OpenAsync(running.Link);
        await page.GoAsync("#/job/live/filters");
        ILocator tiles = page.Page.Locator(".filter-tile");
        await Assertions.Expect(tiles).ToHaveCountAsync(6);
        await Assertions.Expect(tiles.First).ToHaveTextAsync(new System.Text.RegularExpressions.Regex(@"Filter 0 [a-z].*\d %"));
        Assert.Equal(6, await tiles.Locator("canvas:not(.before)").EvaluateAllAsync<int>("all => all.filter(one => new Set(one.getContext('2d')"
            + ".getImageData(0, 0, one.width, one.height).data).size > 5).length"));
        ILocator newest = page.Page.Locator("output[for=snapshot-slider]");
        string before = await newest.InnerTextAsync();
        await Assertions.Expect(newest).Not.ToHaveTextAsync(before);
        await page.SaysAsync(newest, "following the newest");
        await page.Page.GetByLabel("Layer").SelectOptionAsync("conv2");
        await Assertions.Expect(tiles).ToHaveCountAsync(4);
        await page.Page.Locator("#snapshot-slider").FillAsync("0");
        await page.SaysAsync(newest, "step 0 (untrained)");
    }

    [Fact]
    public async Task Try_whileTheJobRuns_classifiesTheDrawingAgainWithEachSnapshot()
    {
        await using DashboardPage page = await chromium.OpenAsync(running.Link);
        await page.GoAsync("#/job/live");
        await page.SaysAsync(page.Region("Events"), "snapshot of step ");
        await page.GoAsync("#/job/live/try");
        await Digits.DrawSevenAsync(page);
        ILocator source = page.Region("Prediction").Locator(".hint");
        string first = await source.InnerTextAsync();
        await Assertions.Expect(source).Not.ToHaveTextAsync(first);
        await page.SaysAsync(source, "From the snapshot of step ");
    }

    [Fact]
    public async Task Connection_cutAndMended_isToldAndThePageGoesOnWhereItWas()
    {
        await using Relay relay = new(running.Link.Port);
        await using DashboardPage page = await chromium.OpenAsync(new UriBuilder(running.Link) { Port = relay.Port }.Uri);
        await page.GoAsync("#/job/live?y=log");
        await page.SaysAsync(page.Page.Locator(".live"), "live");
        await page.ShowsAsync(page.Chart("Loss").Locator("canvas"));
        relay.Cut();
        ILocator banner = page.Page.Locator(".banner");
        await page.SaysAsync(banner, "The connection is lost, so this page is out of date. The server is not responding. Retrying in ");
        await page.SaysAsync(page.Page.Locator(".live"), "connection lost");
        long seen = await page.NewestAsync("Loss");
        await using (DashboardPage other = await chromium.OpenAsync(running.Link))
        {
            await other.GoAsync("#/job/live");
            await RunningJob.PastStepAsync(other, seen + 20);
        }

        Assert.Equal(seen, await page.NewestAsync("Loss"));
        relay.Mend();
        await page.Button("Try now").ClickAsync();
        await page.SaysAsync(page.Page.Locator(".live"), "live");
        await Assertions.Expect(banner).ToHaveCountAsync(0);
        await RunningJob.PastStepAsync(page, seen + 40);
        IReadOnlyList<string[]> saved = await page.SaveCsvAsync("Loss");
        IReadOnlyDictionary<long, float> record = await Digits.LossesAsync(running.Folder, "live", "--store", "jobs");
        Digits.EnsureRecorded(saved, record);
        long[] steps = [.. saved.Where(row => row[0] == "training").Select(row => long.Parse(row[1], CultureInfo.InvariantCulture))];
        Assert.Equal(steps.Distinct().Order(), steps);
        Assert.Contains(steps, step => step > seen && step <= seen + 20); // What was recorded meanwhile has not been left out.
        Assert.EndsWith("#/job/live?y=log", page.Page.Url, StringComparison.Ordinal);
    }
}
