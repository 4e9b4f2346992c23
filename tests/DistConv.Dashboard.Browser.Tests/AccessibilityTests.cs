using DistConv.Dashboard.Browser.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace DistConv.Dashboard.Browser.Tests;

/// <summary>Every view at the width of a phone and of a desk, in dark and light: axe finds nothing, and nothing lies beyond the edge.</summary>
public sealed class AccessibilityTests(Chromium chromium, StoredJobs stored)
{
    [Fact]
    public async Task Jobs_anyWidthAndColours_areAccessible()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.ShowsAsync(page.Page.GetByLabel("Compare a", new PageGetByLabelOptions { Exact = true }));
        await page.CheckAccessAsync("jobs");
    }

    [Fact]
    public async Task Job_withAComparisonAndATable_isAccessible()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/job/a?with=b&smooth=20");
        await page.ShowsAsync(page.Region("Confusion matrix"));
        await page.ShowsAsync(page.Region("Comparison of jobs"));
        await page.Chart("Loss").GetByRole(AriaRole.Button, new LocatorGetByRoleOptions { Name = "Table" }).ClickAsync();
        await page.CheckAccessAsync("job");
    }

    [Fact]
    public async Task Filters_withOneOpened_areAccessible()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/job/a/filters?filter=0");
        await page.SaysAsync(page.Page.Locator(".filter-detail"), "confidence");
        await page.CheckAccessAsync("filters");
    }

    [Fact]
    public async Task Try_withADrawing_isAccessible()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/job/a/try");
        await Digits.DrawSevenAsync(page);
        await page.ShowsAsync(page.Region("Feature maps"));
        await page.CheckAccessAsync("try");
    }

    [Fact]
    public async Task Start_withAPlan_isAccessible()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/start");
        await page.Button("Show the plan").ClickAsync();
        await page.SaysAsync(page.Region("Plan"), "Parameters");
        await page.CheckAccessAsync("start");
    }
}
