using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Shapes;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>Validation samples, early stopping and the best epoch's snapshot. 1003 samples: 800 to train on (8 or 9 steps an epoch) and 203 to validate
/// on.</summary>
public sealed class ValidationTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static JobSpec Validated => TinyJobs.Spec(optimizer: TinyJobs.Adam) with { Samples = 800, ValidationSamples = 203 };

    /// <summary>A rate at which no weight moves: the first epoch stays the best.</summary>
    private static JobSpec Stuck => Validated with { Optimizer = new OptimizerSpec("sgd", 1e-30f), TotalSteps = 90, EarlyStopPatience = 2 };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task EvaluateAsync_validationSamples_areThoseAfterTheTrainingSamples()
    {
        DataSource data = TinyJobs.Data(1003);
        var swapped = new DataSource(data.Name, data.Train, new Slice(data.Train, 800, 203), data.Fingerprint);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(Validated, data, pool, KernelSets.Supported[^1]);
        using var other = new LocalTrainer(Validated with { ValidationSamples = 0 }, swapped, pool, KernelSets.Supported[^1]);
        for (int step = 0; step < 12; step++)
        {
            trainer.Step();
            other.Step();
        }

        EvaluationResult result = await trainer.EvaluateAsync(TestContext.Current.CancellationToken);
        EvaluationResult expected = await other.EvaluateAsync(TestContext.Current.CancellationToken);

        Assert.Equal(other.Digest(), trainer.Digest());
        Assert.Equal(expected, result.Validation);
        Assert.NotEqual(expected, result with { Validation = null });
        Assert.Null(expected.Validation);
    }

    [Fact]
    public void EnsureFits_moreThanThereAre_saysSo()
    {
        InvalidInputException e =
            Assert.Throws<InvalidInputException>(() => DataChecks.EnsureFits(Validated with { ValidationSamples = 204 }, TinyJobs.Data(1003)));

        Assert.Equal("samples is 800 and 204 more are for validation, but data set 'idx' has 1003 training samples; give 1 to 1003", e.Message);
    }

    [Fact]
    public async Task RunAsync_stopped_hasTheEpochsOfOneRun()
    {
        JobStatus whole = await LoopRuns.RunAsync(Job("whole", Validated), new RunOptions());
        JobFolder parts = Job("parts", Validated);
        foreach (long stop in new long[] { 5, 9, 20 }) await LoopRuns.RunAsync(parts, new RunOptions(StopAt: stop));
        JobStatus resumed = await LoopRuns.RunAsync(parts, new RunOptions());

        Assert.All(whole.Epochs, epoch => Assert.InRange(epoch.ValidationLoss!.Value, 0.01, 2));
        Assert.Equal(whole.WithoutTime(), resumed.WithoutTime());
        Assert.Equal(whole.WeightsDigest, resumed.WeightsDigest);
        Assert.Equal(whole.Epochs[^1], Job("whole", Validated).ReadStatus()!.LastEpoch);
    }

    [Fact]
    public async Task RunAsync_noLowerLoss_endsEarlyAndKeepsTheBestEpoch()
    {
        JobFolder job = Job("stuck", Stuck);

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(SnapshotEverySteps: 2));

        Assert.Equal((JobState.Done, 3), (status.State, status.Epochs.Count));
        Assert.Equal(status.Epochs[2].Step, status.Step);
        Assert.True(status.Step < 90);
        Assert.StartsWith("stopped early after epoch 3: the validation loss", job.ReadStatus()!.Message, StringComparison.Ordinal);
        Assert.Equal(1, EarlyStopping.Best(status.Epochs)!.Epoch);
        Assert.Contains(status.Epochs[0].Step, job.Snapshots().Select(head => head.Step));
        Assert.Equal(5, job.Snapshots().Count);
    }

    [Fact]
    public async Task RunAsync_earlyEndStoppedAndResumed_endsAtTheSameStep()
    {
        JobStatus whole = await LoopRuns.RunAsync(Job("whole", Stuck), new RunOptions());
        JobFolder parts = Job("parts", Stuck);
        long second = whole.Epochs[1].Step;
        foreach (long stop in new[] { 3, second - 1, second, second + 1 })
        {
            JobStatus part = await LoopRuns.RunAsync(parts, new RunOptions(StopAt: stop));
            Assert.Equal((JobState.Stopped, stop), (part.State, part.Step));
        }

        for (int again = 0; again < 2; again++)
        {
            JobStatus resumed = await LoopRuns.RunAsync(parts, new RunOptions());
            Assert.Equal((JobState.Done, whole.Step, whole.WeightsDigest), (resumed.State, resumed.Step, resumed.WeightsDigest));
            Assert.Equal(whole.WithoutTime(), resumed.WithoutTime());
        }
    }

    private JobFolder Job(string id, JobSpec spec) => new JobStore(_folder.Root).Create(id, spec);

    private sealed class Slice(IDataset data, int first, int count) : IDataset
    {
        public int Count => count;

        public TensorShape Shape => data.Shape;

        public int ClassCount => data.ClassCount;

        public ReadOnlySpan<byte> Image(int index) => data.Image(first + index);

        public int Label(int index) => data.Label(first + index);
    }
}
