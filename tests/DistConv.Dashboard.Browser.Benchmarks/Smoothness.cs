using DistConv.Cli.Tests.Support;
using DistConv.Dashboard.Browser.Tests.Support;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Specification;
using Microsoft.Playwright;
using Xunit;

namespace DistConv.Dashboard.Browser.Benchmarks;

/// <summary>
/// A benchmark, which is run by name on a machine that is idle: how long frames take while the crosshair moves over the curves of 20 jobs of 100,000 steps
/// each, and while the view is zoomed.
/// </summary>
public sealed class Smoothness(Chromium chromium, StoredJobs stored)
{
    private const int Jobs = 20, Steps = 100_000;

    /// <summary>Collects the milliseconds between frames until it is asked for them.</summary>
    private const string Collect = """
        () => {
          const frames = [];
          let last = performance.now(), running = true;
          const next = (now) => {
            frames.push(now - last);
            last = now;
            if (running) requestAnimationFrame(next);
          };
          requestAnimationFrame(next);
          window.endFrames = () => {
            running = false;
            return frames.slice(1);
          };
        }
        """;

    [Fact]
    public async Task Frames_ofTwentyJobsOfAHundredThousandSteps_areMeasured()
    {
        using TemporaryFolder folder = new();
        JobSpec spec = new JobStore(stored.Folder["jobs"]).Open("a").Spec;
        for (int job = 0; job < Jobs; job++) Write(folder["jobs"], $"j{job}", spec with { TotalSteps = Steps }, job);
        (DistConvProcess process, Uri link) = await Digits.ServeAsync(folder, "dashboard", "--store", "jobs", "--port", "0");
        using DistConvProcess served = process;
        await using DashboardPage page = await chromium.OpenAsync(link);
        long start = TimeProvider.System.GetTimestamp();
        await page.GoAsync($"#/job/j0?smooth=100&with={string.Join(',', Enumerable.Range(1, Jobs - 1).Select(job => $"j{job}"))}");
        await Assertions.Expect(page.Chart("Loss").Locator(".readout li")).ToHaveCountAsync(Jobs);
        Report($"all {Jobs} curves are drawn after {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s");

        LocatorBoundingBoxResult box = (await page.Chart("Loss").Locator(".plot").BoundingBoxAsync())!;
        await MeasureAsync("crosshair", async () =>
        {
            for (int i = 0; i < 200; i++) await page.Page.Mouse.MoveAsync(box.X + 60 + (i * (box.Width - 80) / 200), box.Y + (box.Height / 2));
        });
        await MeasureAsync("zoom", async () =>
        {
            await page.Chart("Loss").Locator(".plot").FocusAsync();
            for (int i = 0; i < 5; i++) await page.Page.Keyboard.PressAsync("+");
            await page.Page.Keyboard.PressAsync("0");
        });

        async Task MeasureAsync(string what, Func<Task> act)
        {
            await page.Page.EvaluateAsync(Collect);
            await act();
            double[] frames = [.. (await page.Page.EvaluateAsync<double[]>("() => window.endFrames()")).Order()];
            Report(
                $"{what}: {frames.Length} frames, median {frames[frames.Length / 2]:0.0} ms, 95th percentile {frames[frames.Length * 95 / 100]:0.0} ms, "
                + $"longest {frames[^1]:0.0} ms");
        }
    }

    private static void Report(string line) => TestContext.Current.TestOutputHelper!.WriteLine(line);

    private static void Write(string store, string id, JobSpec spec, int seed)
    {
        JobFolder job = new JobStore(store).Create(id, spec);
        Random noise = new(seed);
        using RecordWriter record = job.OpenRecord(job.ClaimFence(), layers: 3);
        StepMeasures measures = new(DateTimeOffset.UnixEpoch, 5, new StepTiming(3, 1, 0.5, 0.5, 0), 0, default);
        for (long step = 0; step < Steps; step++)
        {
            double loss = 0.1 + ((2 + (0.1 * seed)) / (1 + (step / 2000.0))) + (0.2 * noise.NextDouble());
            record.Append(step, new StepTotals(32, 32 * loss, noise.Next(16, 32)), measures, [1, 2, 3], 0.001f);
        }
    }
}
