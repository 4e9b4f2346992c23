using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Grains.Contracts;
using DistConv.Grains.Coordination;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Silos that answer late, and coordinators that find replicas of an earlier one; with workers that only answer.</summary>
public sealed class SlowSiloTests : IDisposable
{
    private static readonly RunProgress _nothing = new(default, []);
    private static readonly StepMeasures _measures = new(DateTimeOffset.UnixEpoch, 5, default, 0, default);

    private readonly TinyJob _job = new();
    private readonly ComputePool _pool = new(1);
    private readonly FakeWorkers _workers = new();
    private readonly Snapshot _snapshot;

    public SlowSiloTests()
    {
        using (var replica = new Replica(_job.Spec, _job.Source, _pool, KernelSets.Select("scalar")))
        {
            foreach (FakeWorker worker in _workers.Workers) worker.Hashes = [.. replica.LayerHashes];
            _snapshot = replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _pool.Dispose();
        _job.Dispose();
    }

    [Fact]
    public async Task RunStepAsync_silo_that_does_not_answer_is_named_and_its_shards_are_computed_elsewhere()
    {
        WorkerStepExecutor executor = Executor();
        await executor.RestoreAsync(null, Token);
        await executor.RunStepAsync(0, _nothing, measureNorms: false, Token);
        _workers.Workers[1].Hangs = true;

        StepOutcome late = await executor.RunStepAsync(1, _nothing, measureNorms: false, Token);

        Assert.Equal(20, late.Totals.Samples);
        Assert.Matches(
            @"^step 1: silo 127.0.0.1:2 \(process 1\) does not answer for [0-9.]+ s; the other silos take over its 2 shards \(2-3\)$",
            Assert.Single(executor.Notices));
        Assert.Equal([0, 1, 2, 3], Assert.Single(executor.Silos).Shards);

        // It takes no part until it joins again, so no later step waits.
        _workers.Active = [_workers.Silos[0]];
        await executor.RunStepAsync(2, _nothing, measureNorms: false, Token);
        Assert.Equal([0, 1, 2, 3], _workers.Workers[0].Steps[^1].Shards);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public async Task RunStepAsync_slow_silo_is_hedged_and_must_agree(double itsError, bool differs)
    {
        WorkerStepExecutor executor = Executor();
        await executor.RestoreAsync(null, Token);
        FakeWorker slow = _workers.Workers[1];
        for (int step = 0; step < 10; step++) await executor.RunStepAsync(step, _nothing, measureNorms: false, Token);
        TaskCompletionSource gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
        (slow.Gate, slow.LossError) = (gate.Task, itsError);

        StepOutcome hedged = await executor.RunStepAsync(10, _nothing, measureNorms: false, Token);

        Assert.Equal(20, hedged.Totals.Samples);
        Assert.Equal([2, 3], _workers.Workers[0].Steps[^1].Shards);
        Assert.Equal(
            [
                "step 10: waiting for shards 2-3 on silo 127.0.0.1:2 (process 1); silo 127.0.0.1:1 (process 1) computes them, too",
                "step 10: silo 127.0.0.1:2 (process 1) is slow; the other silos take over its 2 shards (2-3)",
            ],
            executor.Notices);
        await executor.RunStepAsync(11, _nothing, measureNorms: false, Token);
        Assert.Equal([0, 1, 2, 3], Assert.Single(executor.Silos).Shards);
        gate.SetResult();
        while (slow.Answered < 11) await Task.Yield();
        if (!differs)
        {
            for (int step = 12; executor.Silos.Count == 1; step++) await executor.RunStepAsync(step, _nothing, measureNorms: false, Token); // It joins again.
            return;
        }

        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(async () =>
        {
            for (int step = 12; ; step++) await executor.RunStepAsync(step, _nothing, measureNorms: false, Token);
        });
        Assert.Contains("computed different losses for shards 2-3", e.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", e.Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:2", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestoreAsync_replicas_of_an_earlier_coordinator_stay_and_the_ones_behind_follow()
    {
        RunningMetrics running = new(30, 4.5, 6, default);
        RecordMessage[] records =
            [.. new long[] { 2, 3, 4 }.Select(step => new RecordMessage(step, new StepTotals(10, 1, 2), new CoverageState(0, 1, 10), _measures, [1]))];
        (_workers.Workers[0].Step, _workers.Workers[0].Journal) = (5, new JournalMessage(4, running, [], records));
        (_workers.Workers[1].Step, _workers.Workers[1].Journal) = (4, new JournalMessage(4, running, [], []));

        WorkerStepExecutor executor = Executor();
        RunPosition position = await executor.RestoreAsync(_snapshot, Token);
        await executor.RunStepAsync(5, _nothing, measureNorms: false, Token);

        Assert.Equal((5, 4, running), (position.Step, position.ProgressStep, position.Progress.Running));
        Assert.Equal([2L, 3, 4], position.Records.Select(record => record.Step));
        Assert.All(_workers.Workers, worker => Assert.Empty(worker.Prepared));
        Assert.Equal(_workers.Silos[0], Assert.Single(_workers.Workers[1].Adopted).Holder);
        Assert.Equal([5L, 5], _workers.Workers.Select(worker => Assert.Single(worker.Steps).Step));
    }

    [Theory]
    [InlineData(7, -1)] // They are behind it.
    [InlineData(4, 5)] // Nobody knows the sums of a step.
    public async Task RestoreAsync_replicas_that_cannot_go_on_begin_at_the_snapshot(long snapshotStep, long missingRecord)
    {
        Snapshot snapshot = Copy(_snapshot, snapshotStep);
        IEnumerable<long> steps = new long[] { 4, 5 }.Where(step => step != missingRecord);
        RecordMessage[] records = [.. steps.Select(step => new RecordMessage(step, new StepTotals(10, 1, 2), default, _measures, [1]))];
        foreach (FakeWorker worker in _workers.Workers) (worker.Step, worker.Journal) = (6, new JournalMessage(4, default, [], records));

        RunPosition position = await Executor().RestoreAsync(snapshot, Token);

        Assert.Equal((snapshot.Step, snapshot.Step), (position.Step, position.ProgressStep));
        Assert.All(_workers.Workers, worker => Assert.Equal(snapshot.Step, Assert.Single(worker.Prepared).SnapshotStep));
    }

    private static Snapshot Copy(Snapshot snapshot, long step) => new()
    {
        Spec = snapshot.Spec,
        Step = step,
        NumericsVersion = snapshot.NumericsVersion,
        CreatedAt = snapshot.CreatedAt,
        Running = snapshot.Running,
        Epochs = snapshot.Epochs,
        OptimizerScalars = snapshot.OptimizerScalars,
        LayerHashes = snapshot.LayerHashes,
        Tensors = snapshot.Tensors,
    };

    private WorkerStepExecutor Executor() => _workers.Coordinate(_job);
}
