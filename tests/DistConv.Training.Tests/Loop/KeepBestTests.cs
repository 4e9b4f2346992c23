using DistConv.Core;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>Which snapshots a job keeps of its best epochs. 203 samples, batch 100: an epoch has 3 steps.</summary>
public sealed class KeepBestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(null, null)]
    [InlineData("accuracy", 4)]
    [InlineData(null, 5)]
    public async Task RunAsync_keepBest_keepsTheBestEpochsSnapshots(string? by, int? kept)
    {
        JobSpec spec = TinyJobs.Spec(samples: 203, steps: 30, optimizer: new OptimizerSpec("sgd", 0.4f)) with { BestBy = by, KeepBest = kept };
        JobFolder job = new JobStore(_folder.Root).Create("job", spec);

        JobStatus stopped = await LoopRuns.RunAsync(job, new RunOptions(StopAt: 14));
        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions());

        Assert.Equal((JobState.Stopped, JobState.Done, 10), (stopped.State, status.State, status.Epochs.Count));
        long[] best = [.. status.Epochs.OrderBy(epoch => by is null ? epoch.TestLoss : -epoch.TestAccuracy).Take(kept ?? 1).Select(epoch => epoch.Step)];
        long[] last = [.. status.Epochs.Select(epoch => epoch.Step).Append(14).Order().Except(best).Where(step => step < 30).TakeLast(2)];
        Assert.Equal([.. best.Union(last).Union([0, 30]).Order()], job.Snapshots().Select(head => head.Step));
        Assert.Equal(best[0], EarlyStopping.Best(spec, status.Epochs)!.Step);
    }

    [Theory]
    [InlineData("auc", null, "bestBy is 'auc', which this job does not have; choose one of: loss, accuracy")]
    [InlineData("loss", null, "bestBy is 'loss', the default; leave it out")]
    [InlineData("speed", null, "bestBy is 'speed', which is unknown; choose one of: loss, accuracy, auc, mae")]
    [InlineData(null, 1, "keepBest is 1; give 2 to 1000")]
    public void JobSpecCheck_mistake_saysItInOneLine(string? by, int? kept, string expected) => Assert.Equal(
        expected, Assert.Throws<InvalidInputException>(() => JobSpecCheck.EnsureValid(TinyJobs.Spec() with { BestBy = by, KeepBest = kept })).Message);

    [Fact]
    public void ToJson_default_isLeftOut()
    {
        Assert.DoesNotContain("best", TinyJobs.Spec().ToJson(), StringComparison.OrdinalIgnoreCase);
        JobSpec spec = TinyJobs.Spec() with { BestBy = "accuracy", KeepBest = 3 };
        Assert.Contains("\"bestBy\":\"accuracy\",\"keepBest\":3", spec.ToJson(), StringComparison.Ordinal);
        Assert.Equal(spec, JobSpec.Parse(spec.ToJson()));
    }
}
