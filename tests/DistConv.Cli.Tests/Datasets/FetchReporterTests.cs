using DistConv.Cli.Context;
using DistConv.Cli.Datasets;
using DistConv.Cli.Tests.Support;
using DistConv.Training.Data.Fetch;
using Xunit;

namespace DistConv.Cli.Tests.Datasets;

public sealed class FetchReporterTests
{
    private static readonly RemoteFile File = new("a.gz", 1_000_000, PinnedBytes.AsServed, "");

    [Fact]
    public void Report_manyBytes_aLineForEachTenthButNotMoreThanOneASecond()
    {
        Assert.Equal(["  a.gz  10 % (100.0 kB of 1.0 MB)", "  a.gz  20 % (200.0 kB of 1.0 MB)"],
            Lines((0, 0), (100_000, 1), (150_000, 1), (199_000, 1), (200_000, 1))[..2]);
        Assert.Single(Lines((0, 0), (300_000, 0.4), (600_000, 0.4), (900_000, 0.4), (999_000, 0.4)));
    }

    [Fact]
    public void Report_slowly_aLineEveryTenSeconds() => Assert.Equal(2, Lines((0, 0), (1, 5), (2, 5), (3, 5), (4, 5)).Length);

    [Fact]
    public void Report_ended_saysThatItIsVerified()
    {
        RecordingOutput output = new();
        new FetchReporter(new CliContext(output, new ManualTime(), _ => null, default)).Report(new FetchProgress(File, 1_000_000, Ended: true));
        Assert.Equal("  a.gz  1.0 MB, verified", Assert.Single(output.Said));
    }

    private static string[] Lines(params (long Received, double Pause)[] steps)
    {
        RecordingOutput output = new();
        ManualTime time = new();
        FetchReporter reporter = new(new CliContext(output, time, _ => null, default));
        foreach ((long received, double pause) in steps)
        {
            time.Advance(TimeSpan.FromSeconds(pause));
            reporter.Report(new FetchProgress(File, received, Ended: false));
        }

        return [.. output.Said];
    }
}
