using System.Net;
using DistConv.Client;
using DistConv.Dashboard.Series;
using DistConv.Dashboard.Tests.Support;
using DistConv.Training.Records;
using Xunit;

namespace DistConv.Dashboard.Tests;

/// <summary>Steps as a binary series: columns, buckets, positions.</summary>
public sealed class SeriesTests(TrainedStore trained)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Series_ofAShortJob_hasTheRecordsStepsOneByOne()
    {
        List<StepEntry> steps = await StepsAsync();
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        SeriesBytes series = await ReadAsync(dashboard, "?columns=loss,accuracy,rate,samples,seconds,compute,gradientNorm:conv1");
        Assert.Equal(steps.Select(step => (double)step.Step), series.X);
        Assert.Equal(steps.Select(step => (float)step.Loss), series.Last(0));
        Assert.Equal(series.Last(0), series.Min(0));
        Assert.Equal(series.Last(0), series.Max(0));
        Assert.Equal(steps.Select(step => (float)step.Accuracy), series.Last(1));
        Assert.Equal(steps.Select(step => step.LearningRate!.Value), series.Last(2));
        Assert.Equal(steps.Select(step => (float)step.Samples), series.Last(3));
        Assert.Equal(steps.Select(step => (float)(step.Milliseconds / 1000)), series.Last(4));
        Assert.All(series.Last(5), value => Assert.InRange(value, 0, 60));
        Assert.Equal(steps.Select(step => step.Norms?.Gradient[0] ?? float.NaN), series.Last(6));
        Assert.Contains(series.Last(6), float.IsFinite);
        Assert.Equal(steps.Select(step => step.Time!.Value.ToUnixTimeMilliseconds() / 1000.0), series.Times);
        Assert.Equal(406, series.Samples[^1]);
        Assert.Equal((42, 0L, 41L), ((int)series.Header["steps"]!, (long)series.Header["firstStep"]!, (long)series.Header["lastStep"]!));
        Assert.True(RecordCursor.TryParse((string?)series.Header["cursor"], out RecordCursor cursor) && cursor != default);
    }

    [Fact]
    public async Task Series_inFewBuckets_keepsEveryExtremeAndTheLastStep()
    {
        List<StepEntry> steps = await StepsAsync();
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        SeriesBytes series = await ReadAsync(dashboard, "?columns=loss&buckets=10&from=2&to=40");
        Assert.Equal((10, 40.0), (series.Buckets, series.X[^1]));
        float[] losses = [.. steps.Skip(2).Take(39).Select(step => (float)step.Loss)];
        Assert.Equal((losses.Min(), losses.Max()), (series.Min(0).Min(), series.Max(0).Max()));
        int begin = 2;
        for (int bucket = 0; bucket < 10; bucket++)
        {
            int end = (int)series.X[bucket] + 1;
            Assert.Equal(steps[begin..end].Min(step => (float)step.Loss), series.Min(0)[bucket]);
            Assert.Equal(steps[begin..end].Max(step => (float)step.Loss), series.Max(0)[bucket]);
            Assert.Equal((float)steps[end - 1].Loss, series.Last(0)[bucket]);
            begin = end;
        }

        Assert.Equal(steps.Take(41).Sum(step => step.Samples), series.Samples[^1]);
    }

    [Fact]
    public async Task Series_ofARangeWithoutSteps_isEmpty()
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        SeriesBytes series = await ReadAsync(dashboard, "?from=42&to=100");
        Assert.Equal((0, 2), (series.Buckets, series.Columns));
        Assert.Null(series.Header["firstStep"]);
    }

    [Theory]
    [InlineData("?columns=los")]
    [InlineData("?columns=loss,loss")]
    [InlineData("?columns=gradientNorm:conv9")]
    [InlineData("?columns=gradientNorm")]
    [InlineData("?columns=a:b:c")]
    [InlineData("?buckets=9")]
    [InlineData("?buckets=4001")]
    [InlineData("?buckets=ten")]
    [InlineData("?from=-1")]
    [InlineData("?from=5&to=4")]
    [InlineData("?from=1&from=2")]
    [InlineData("?form=1")]
    [InlineData("?to=99999999999999999999")]
    public async Task Series_malformedQuery_isRefused(string query)
    {
        await using RunningDashboard dashboard = await RunningDashboard.OverAsync(trained.Store);
        await dashboard.GetAsync("api/v1/jobs/j/series" + query, HttpStatusCode.BadRequest);
    }

    [Fact]
    public void StepColumns_repeatedSteps_replaceTheEarlierOnes()
    {
        StepColumns columns = new();
        foreach (int step in (int[])[0, 1, 2, 3, 2, 3, 4, 6, 5]) columns.Add(Entry(step, loss: columns.Count + (10 * step)));
        Assert.Equal([0, 1, 2, 3, 4, 5, 6], Enumerable.Range(0, columns.Count).Select(columns.Step));
        Assert.Equal([0, 11, 24, 34, 44, 56, 65], columns.Column("loss").ToArray());
        Assert.Equal((3, 7), (columns.IndexOf(3), columns.IndexOf(7)));
    }

    [Fact]
    public void StepColumns_manySteps_keepAllValues()
    {
        StepColumns columns = new();
        for (int step = 0; step < 5000; step++) columns.Add(Entry(step, loss: step));
        Assert.Equal(Enumerable.Range(0, 5000).Select(step => (float)step), columns.Column("loss").ToArray());
        Assert.True(columns.Column("compute").IsEmpty);
    }

    [Fact]
    public void SeriesCache_beyondItsBudget_dropsWhatWasUsedLongestAgo()
    {
        SeriesCache cache = new(maxBytes: 20_000);
        JobSeries first = cache.Get("a");
        for (int i = 0; i < 100; i++) cache.Get($"job-{i}");
        Assert.InRange(cache.Count, 1, 10);
        Assert.NotSame(first, cache.Get("a"));
        Assert.Same(cache.Get("a"), cache.Get("a"));
    }

    private static StepEntry Entry(int step, double loss) => new(step, loss, 0.5, 10, 3, [], 0.1f);

    private static async Task<SeriesBytes> ReadAsync(RunningDashboard dashboard, string query) =>
        new(await dashboard.Http.GetByteArrayAsync("api/v1/jobs/j/series" + query, Stop));

    private async Task<List<StepEntry>> StepsAsync()
    {
        await using IDistConvClient store = DistConvClient.OpenStore(trained.Store);
        List<StepEntry> steps = [];
        await foreach (JobRecord record in store.GetJob("j").ReadAsync(ct: Stop))
        {
            if (record is StepRecord step) steps.Add(step.Step);
        }

        return steps;
    }
}
