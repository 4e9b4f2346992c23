using DistConv.Dashboard.Browser.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace DistConv.Dashboard.Browser.Benchmarks;

/// <summary>
/// Pictures of every view for whoever works on the page, and the README's: run by name, with the link of a dashboard in DISTCONV_PICTURES_LINK, a job in
/// DISTCONV_PICTURES_JOB and a folder in DISTCONV_PICTURES.
/// </summary>
public sealed class Pictures(Chromium chromium)
{
    [Fact]
    public async Task Pictures_ofEveryView_areTaken()
    {
        Uri link = new(Environment.GetEnvironmentVariable("DISTCONV_PICTURES_LINK")!);
        string job = Environment.GetEnvironmentVariable("DISTCONV_PICTURES_JOB")!, folder = Environment.GetEnvironmentVariable("DISTCONV_PICTURES")!;
        await using (DashboardPage page = await chromium.OpenAsync(link))
        {
            await page.GoAsync(Environment.GetEnvironmentVariable("DISTCONV_PICTURES_README") ?? $"#/job/{job}?smooth=5");
            await page.ShowsAsync(page.Region("Confusion matrix"));
            await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, "readme.png") });
        }

        foreach (int width in (int[])[1440, 390])
        {
            foreach (bool isDark in (bool[])[false, true])
            {
                await using DashboardPage page = await chromium.OpenAsync(link, width, isDark);
                string suffix = $"{width}-{(isDark ? "dark" : "light")}.png";
                await TakeAsync("jobs", "#/jobs", page.Heading);
                await TakeAsync("job", $"#/job/{job}?smooth=20", page.Region("Confusion matrix"));
                await TakeAsync("filters", $"#/job/{job}/filters", page.Page.Locator(".filter-tile").First);
                await page.GoAsync($"#/job/{job}/try");
                await Digits.DrawSevenAsync(page);
                await TakeAsync("try", null, page.Region("Feature maps"));
                await TakeAsync("start", "#/start", page.Button("Show the plan"));
                await TakeAsync("machines", "#/machines", page.Heading);

                async Task TakeAsync(string name, string? view, ILocator shown)
                {
                    if (view is not null) await page.GoAsync(view);
                    await page.ShowsAsync(shown);
                    await page.Page.WaitForFunctionAsync("() => !document.querySelector('.waiting')");
                    await page.Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, $"{name}-{suffix}"), FullPage = true });
                }
            }
        }
    }
}
