using DistConv.Cli.Tests.Support;
using DistConv.Dashboard.Browser.Tests.Support;
using Microsoft.Playwright;
using Xunit;

namespace DistConv.Dashboard.Browser.Tests;

/// <summary>The page over a store on disk, from which jobs are started as well.</summary>
public sealed class StoreTests(Chromium chromium, StoredJobs stored)
{
    [Fact]
    public async Task Try_drawnDigit_hasTheProbabilitiesOfPredict()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/job/a/try");
        (float[] pixels, PredictAnswer answer) = await Digits.DrawSevenAsync(page);
        Assert.True(pixels.Max() > 0.5f && pixels.Count(value => value > 0) is > 20 and < 300, "the pixels are no drawing");
        string picture = Digits.WritePng(stored.Folder, "seven.png", pixels);
        Assert.Equal(await PredictAnswer.FromCommandLineAsync(stored.Folder, $"a@{answer.Step}", picture), answer.Outputs);
        ILocator rows = page.Page.Locator("table.probabilities tr");
        await Assertions.Expect(rows.Locator("td.numeric")).ToHaveTextAsync(answer.AsPercentages());
        await page.SaysAsync(page.Region("Feature maps"), "conv2");
        await page.SaysAsync(page.Region("Prediction"), $"From the snapshot of step {answer.Step}.");
    }

    [Fact]
    public async Task Job_ofAStore_curvesAreTheRecords()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/job/a?smooth=20");
        await page.SaysAsync(page.Page.Locator(".standing"), "Step 40 of 40, epoch 2 of 2");
        IReadOnlyList<string[]> saved = await page.SaveCsvAsync("Loss");
        IReadOnlyDictionary<long, float> record = await Digits.LossesAsync(stored.Folder, "a", "--store", "jobs");
        Digits.EnsureRecorded(saved, record);
        Assert.Equal(record.Count, saved.Count(row => row[0] == "training"));
        Assert.Contains(saved, row => row[0] == "training" && row[2] != row[3]); // Smoothed, and the recorded value beside it.
    }

    [Fact]
    public async Task Compare_twoSelectedJobs_tellsWhatDiffersAndFromWhichStep()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        foreach (string job in (string[])["a", "b"]) await page.Page.GetByLabel($"Compare {job}", new PageGetByLabelOptions { Exact = true }).CheckAsync();
        await page.Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = "Compare 2 jobs" }).ClickAsync();
        ILocator table = page.Region("Comparison of jobs");
        await page.SaysAsync(table.Locator("tr.differs"), "seed");
        await Assertions.Expect(table.Locator("tr.differs td").First).ToHaveTextAsync("1");
        await page.SaysAsync(page.Page.Locator("details.card").First, "The losses first differ at step 0.");
        IReadOnlyList<string[]> saved = await page.SaveCsvAsync("Loss");
        foreach (string job in (string[])["a", "b"])
        {
            Digits.EnsureRecorded(
                saved.Where(row => row[0] == $"{job} training"), await Digits.LossesAsync(stored.Folder, job, "--store", "jobs"));
        }
    }

    [Fact]
    public async Task Start_wrongThenRight_saysWhatTheCommandLineSaysAndTheJobCanBePausedResumedAndCancelled()
    {
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/start");
        IPage tab = page.Page;
        await tab.GetByLabel("Data set").SelectOptionAsync("digits");
        await tab.GetByLabel("Model").SelectOptionAsync("a file of your own…");
        await tab.Locator("#start-modelJson").SetInputFilesAsync(stored.Folder["small.json"]);
        await tab.Locator("summary").ClickAsync();
        foreach ((string field, string value) in ((string, string)[])[("id", "Started"), ("batch", "32"), ("samples", "640"), ("epochs", "100000")])
            await tab.Locator($"#start-{field}").FillAsync(value);
        await page.Button("Show the plan").ClickAsync();
        ProcessResult refused = await DistConvProcess.RunAsync(stored.Folder.FullPath, Digits.Arguments(stored.Folder, "Started"));
        ILocator problem = tab.Locator("#start-id-problem");
        await page.SaysAsync(problem, "job is 'Started'");
        string said = await problem.InnerTextAsync();
        Assert.Contains("--job " + said["job ".Length..], refused.Errors, StringComparison.Ordinal);

        await tab.Locator("#start-id").FillAsync("started");
        await page.Button("Show the plan").ClickAsync();
        await page.SaysAsync(page.Region("Plan"), "2,000,000");
        await page.Button("Start the job").ClickAsync();
        await page.SaysAsync(page.Heading, "started");
        await page.SaysAsync(tab.Locator(".page-head .badge"), "running");
        await page.SaysAsync(tab.Locator(".standing"), "epoch"); // What appears with the first steps moves no button any more.
        await page.Button("Pause started").ClickAsync();
        await page.SaysAsync(tab.Locator(".page-head .badge"), "paused");
        await page.SaysAsync(page.Region("Events"), "paused");
        await page.Button("Resume started").ClickAsync();
        await page.SaysAsync(tab.Locator(".page-head .badge"), "running");
        await page.Button("Cancel started").ClickAsync();
        await page.Button("Cancel the job").ClickAsync();
        await page.SaysAsync(tab.Locator(".page-head .badge"), "cancelled");
        await page.SaysAsync(page.Region("Events"), "cancelled");
        Digits.EnsureRecorded(await page.SaveCsvAsync("Loss"), await Digits.LossesAsync(stored.Folder, "started", "--store", "jobs"));
    }

    [Fact]
    public async Task Extend_aJobThatIsDone_trainsOnAndShowsTheLongerRecord()
    {
        await Digits.RunAsync(stored.Folder, Digits.Arguments(stored.Folder, "c", "--epochs", "2", "--quiet"));
        await using DashboardPage page = await chromium.OpenAsync(stored.Link);
        await page.GoAsync("#/job/c");
        await page.Button("Extend c").ClickAsync();
        await page.Page.GetByLabel("Total epochs").FillAsync("3");
        await page.Button("Extend").ClickAsync();
        await page.SaysAsync(page.Page.Locator(".standing"), "Step 60 of 60, epoch 3 of 3");
        await page.SaysAsync(page.Region("Events"), "done");
        IReadOnlyDictionary<long, float> record = await Digits.LossesAsync(stored.Folder, "c", "--store", "jobs");
        IReadOnlyList<string[]> saved = await page.SaveCsvAsync("Loss");
        Digits.EnsureRecorded(saved, record);
        Assert.Equal(60, saved.Count(row => row[0] == "training"));
        await Assertions.Expect(page.Page.Locator(".standing .figure").First).Not.ToContainTextAsync("Loss0"); // The last epoch's, not that of no step.
    }
}
