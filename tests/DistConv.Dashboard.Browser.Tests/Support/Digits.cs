using System.Globalization;
using DistConv.Cli.Tests.Support;
using Microsoft.Playwright;
using SkiaSharp;
using Xunit;

namespace DistConv.Dashboard.Browser.Tests.Support;

/// <summary>The jobs of the tests: digits and a small network with two convolutions, on which a step takes milliseconds.</summary>
internal static class Digits
{
    /// <summary>The model.</summary>
    public const string Model = """
        {"name": "small", "input": [28, 28, 1], "layers": [
          {"type": "conv2d", "filters": 6, "kernel": 3, "activation": "relu"},
          {"type": "maxpool2d", "pool": 2},
          {"type": "conv2d", "filters": 4, "kernel": 3, "activation": "relu"},
          {"type": "flatten"},
          {"type": "dense", "units": 10, "activation": "softmax"}]}
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>What <c>train</c> needs.</summary>
    public static string[] Arguments(TemporaryFolder folder, string job, params string[] more)
    {
        string model = folder.Write("small.json", Model);
        return ["train", "--data", "digits", "--model", model, "--samples", "640", "--batch", "32", "--threads", "1", "--store", "jobs", "--job", job, .. more];
    }

    /// <summary>Starts a command that serves a dashboard.</summary>
    /// <returns>The process, and the link that it prints.</returns>
    public static async Task<(DistConvProcess Process, Uri Link)> ServeAsync(TemporaryFolder folder, params string[] args)
    {
        Chromium.EnsureInstalled();
        TaskCompletionSource<string> said = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task Hear(string line)
        {
            if (line.StartsWith("dashboard: ", StringComparison.Ordinal)) said.TrySetResult(line);
            return Task.CompletedTask;
        }

        DistConvProcess process = DistConvProcess.Start(folder.FullPath, null, args, Hear);
        Task<string> first = args[0] == "dashboard" ? process.ReadOutputLineAsync(Stop) : said.Task;
        return (process, new Uri((await first.WaitAsync(TimeSpan.FromMinutes(1), Stop)).Split(' ')[1]));
    }

    /// <summary>Runs a command that has to succeed.</summary>
    public static async Task<string[]> RunAsync(TemporaryFolder folder, params string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(folder.FullPath, args);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', args)}: {result}");
        return result.OutputLines;
    }

    /// <summary>The losses of a job's record by step, as <c>jobs metrics</c> exports them.</summary>
    public static async Task<IReadOnlyDictionary<long, float>> LossesAsync(TemporaryFolder folder, string job, params string[] place)
    {
        string[] lines = await RunAsync(folder, ["jobs", "metrics", job, "--format", "csv", .. place]);
        return lines.Skip(1).Select(line => line.Split(',')).ToDictionary(cells => Whole(cells[0]), cells => Number(cells[2]));
    }

    /// <summary>Ensures that a chart of losses shows the record: every point that it saves is the record's loss of its step.</summary>
    /// <param name="rows">What the chart saved.</param>
    /// <param name="record">The record's losses.</param>
    public static void EnsureRecorded(IEnumerable<string[]> rows, IReadOnlyDictionary<long, float> record)
    {
        string[][] steps = [.. rows.Where(row => row[0].EndsWith("training", StringComparison.Ordinal))];
        Assert.NotEmpty(steps);
        foreach (string[] row in steps)
        {
            float expected = record[Whole(row[1])], shown = Number(row[3]);
            Assert.True(MathF.Abs(expected - shown) <= 1e-7f * expected, $"step {row[1]}: the chart has {row[3]}, the record {expected}");
        }
    }

    /// <summary>Draws a seven on the pad, and waits until the network has answered.</summary>
    /// <returns>The pixels that the page sent last, and the answer to them.</returns>
    public static async Task<(float[] Pixels, PredictAnswer Answer)> DrawSevenAsync(DashboardPage page)
    {
        LocatorBoundingBoxResult box = (await page.Page.Locator("canvas.pad").BoundingBoxAsync())!;
        IMouse mouse = page.Page.Mouse;
        Task MoveAsync(double x, double y, int steps) => mouse.MoveAsync(
            box.X + (float)(x * box.Width), box.Y + (float)(y * box.Height), new MouseMoveOptions { Steps = steps });

        using PredictTraffic traffic = new(page.Page);
        await MoveAsync(0.25, 0.2, 1);
        await mouse.DownAsync();
        await MoveAsync(0.75, 0.2, 4);
        await MoveAsync(0.45, 0.85, 6);
        await mouse.UpAsync();
        return await traffic.LastAsync();
    }

    /// <summary>Writes pixels as a picture that has just these.</summary>
    public static string WritePng(TemporaryFolder folder, string name, ReadOnlySpan<float> pixels)
    {
        using SKBitmap bitmap = new(new SKImageInfo(28, 28, SKColorType.Gray8, SKAlphaType.Opaque));
        for (int i = 0; i < pixels.Length; i++) bitmap.GetPixelSpan()[(i / 28 * bitmap.RowBytes) + (i % 28)] = (byte)MathF.Round(pixels[i] * 255);
        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(folder[name], png.ToArray());
        return folder[name];
    }

    private static long Whole(string text) => long.Parse(text, CultureInfo.InvariantCulture);

    private static float Number(string text) => (float)double.Parse(text, CultureInfo.InvariantCulture);
}
