using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;
using DistConv.Training.Tests.Snapshots;
using DistConv.Training.Tests.Steps;
using Xunit;

namespace DistConv.Training.Tests.Loop;

/// <summary>What a run leaves in the job's record.</summary>
public sealed class RunRecordTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task RunAsync_stoppedAndResumed_recordsWhatHappenedOnceEach()
    {
        JobFolder job = Job();
        int half = (int)job.Spec.TotalSteps / 2;
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: half, SnapshotEverySteps: half));
        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(SnapshotEverySteps: half));

        RecordTable table = job.ReadRecordTable();

        Assert.Equal(Enumerable.Range(0, (int)job.Spec.TotalSteps).Select(step => (long)step), table.Steps.Select(step => step.Step));
        Assert.All(table.Steps, step => Assert.NotNull(step.Time));
        Assert.All(table.Steps, step => Assert.InRange(step.Timing.Compute, double.Epsilon, step.Milliseconds));
        Assert.Equal(status.Epochs.Select(epoch => epoch.Epoch), table.Epochs.Select(epoch => epoch.Epoch));
        JobEventKind[] kinds = [.. table.Events.Select(happened => happened.Kind)];
        Assert.Equal(JobEventKind.Started, kinds[0]);
        Assert.Equal(JobEventKind.Done, kinds[^1]);
        Assert.Single(kinds, JobEventKind.Stopped);
        Assert.Equal($"resumed at step {half} of {job.Spec.TotalSteps}", Assert.Single(table.Events, happened => happened.Kind == JobEventKind.Resumed).Text);
        Assert.Equal(
            job.Snapshots().Select(head => head.Step).Order(),
            table.Events.Where(happened => happened.Kind == JobEventKind.Snapshot).Select(happened => happened.Step).Intersect(
                job.Snapshots().Select(head => head.Step)).Order());
    }

    [Theory]
    [InlineData(3)]
    [InlineData(10)]
    [InlineData(0)]
    public async Task RunAsync_normsEverySteps_recordsThemInThoseSteps(long every)
    {
        JobFolder job = Job();

        await LoopRuns.RunAsync(job, new RunOptions(NormsEverySteps: every));

        Assert.All(job.ReadRecordTable().Steps, step => Assert.Equal(every > 0 && step.Step % every == 0, step.Norms is not null));
    }

    [Fact]
    public async Task RunAsync_norms_areThoseOfGradientAndWeightsLayerByLayer()
    {
        JobFolder job = Job();
        await LoopRuns.RunAsync(job, new RunOptions(StopAt: 1));
        LayerNorms norms = job.ReadRecordTable().Steps[0].Norms!;

        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(job.Spec, TinyJobs.Data(job.Spec.Samples + job.Spec.ValidationSamples), pool, KernelSets.Select("scalar"));
        Snapshot start = trainer.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        trainer.Replica.BeginStep(0, [.. Enumerable.Range(0, job.Spec.Shards)]);
        trainer.Replica.ComputeStep();
        ReducedGradient gradient = trainer.Replica.Reducer.Reduce(0, job.Spec.Shards, trainer.Replica.Sums);

        int layer = 0;
        foreach (var tensors in trainer.Replica.Network.Parameters.GroupBy(tensor => tensor.Layer))
        {
            double gradients = 0, weights = 0;
            foreach (var tensor in tensors)
            {
                for (int i = tensor.Offset; i < tensor.Offset + tensor.Length; i++)
                {
                    gradients += Math.Pow((double)gradient.Values.Span[i] / gradient.Totals.Samples, 2);
                    weights += Math.Pow(trainer.Replica.Weights[i], 2);
                }
            }

            Assert.Equal(Math.Sqrt(gradients), norms.Gradient[layer], 1e-6 * Math.Sqrt(gradients));
            Assert.Equal(Math.Sqrt(weights), norms.Weights[layer], 1e-6 * Math.Sqrt(weights));
            layer++;
        }

        Assert.Equal(layer, norms.Gradient.Count);
        Assert.Equal(0, start.Step);
    }

    [Fact]
    public async Task RunAsync_failure_isTheLastEvent()
    {
        JobFolder job = Job();

        JobStatus status = await LoopRuns.RunAsync(job, new RunOptions(), (_, trainer) => new Throwing(trainer, step: 4));

        JobEvent last = job.ReadRecordTable().Events[^1];
        Assert.Equal((JobEventKind.Failed, 4L, $"failed after step 4: {status.Message}"), (last.Kind, last.Step, last.Text));
    }

    private JobFolder Job() => new JobStore(_folder.Root).Create("job", TinyJobs.Spec());

    private sealed class Throwing(LocalTrainer trainer, long step) : WrappedTrainer(trainer)
    {
        public override ValueTask<StepOutcome> RunStepAsync(long current, RunProgress progress, bool measureNorms, CancellationToken cancellationToken) =>
            current == step ? throw new IOException("the disk is gone") : base.RunStepAsync(current, progress, measureNorms, cancellationToken);
    }
}
