using DistConv.Core;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Silo.Embedded;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Records;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class WorkerServiceTests : IAsyncLifetime
{
    private readonly TinyJob _job = new();
    private EmbeddedCluster? _cluster;

    private SiloAddress Here => _cluster!.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress;

    private IWorkerService Worker => _cluster!.Services.GetRequiredService<IWorkerClient>().On(Here);

    public async ValueTask InitializeAsync() => _cluster = await _job.StartClusterAsync();

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        _job.Dispose();
    }

    [Fact]
    public async Task Prepare_stale_fence_is_refused()
    {
        await PrepareAsync(fence: 5);

        FencedException e = await Assert.ThrowsAsync<FencedException>(() => Worker.Prepare(new PrepareRequest(TinyJob.Id, 4, null)));

        Assert.Contains("claim 4 is outbid", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCall_stale_fence_is_refused_and_changes_nothing()
    {
        await PrepareAsync(fence: 5);
        StepReply first = await Worker.RunStep(Step(5, 0));
        CommitMessage gradient = Commit(first);

        await Assert.ThrowsAsync<FencedException>(() => Worker.RunStep(Step(4, 1, gradient)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Apply(new ApplyRequest(TinyJob.Id, 4, gradient)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 4, 0, 0, 1)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Capture(new ReplicaRequest(TinyJob.Id, 4, 0)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.TransferState(new StateTransferRequest(TinyJob.Id, 4, Here)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.OpenState(TinyJob.Id, 4));
        await Assert.ThrowsAsync<FencedException>(() => Worker.ReadJournal(TinyJob.Id, 4));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Join(Join(fence: 4)));
        await Worker.Release(TinyJob.Id, 4);

        StepReply again = await Worker.RunStep(Step(5, 0));
        Assert.Equal(first.LayerHashes, again.LayerHashes);
    }

    [Fact]
    public async Task Prepare_higher_fence_takes_over()
    {
        await PrepareAsync(fence: 1);
        await PrepareAsync(fence: 2);

        await Assert.ThrowsAsync<FencedException>(() => Worker.RunStep(Step(1, 0)));
        Assert.Null((await Worker.RunStep(Step(2, 0))).Behind);
    }

    [Fact]
    public async Task RunStep_stepOfAnEarlierCoordinator_isComputedAgainWithTheSameBits()
    {
        await PrepareAsync(fence: 1);
        StepReply first = await Worker.RunStep(Step(1, 0));
        await Worker.AwaitSum(new SumRequest(TinyJob.Id, 1, 0, MeasureNorms: true));
        await Worker.Join(Join(fence: 2));
        StepReply second = await Worker.RunStep(Step(2, 0));
        SumReply sum = await Worker.AwaitSum(new SumRequest(TinyJob.Id, 2, 0, MeasureNorms: true));
        SumReply again = await Worker.AwaitSum(new SumRequest(TinyJob.Id, 2, 0, MeasureNorms: true)); // Adds nothing twice.
        ReplicaReply updated = await Worker.Apply(new ApplyRequest(TinyJob.Id, 2, Commit(second)));

        await PrepareAsync(fence: 3);
        await Worker.RunStep(Step(3, 0));
        await Worker.AwaitSum(new SumRequest(TinyJob.Id, 3, 0, MeasureNorms: false));
        ReplicaReply expected = await Worker.Apply(new ApplyRequest(TinyJob.Id, 3, Commit(second)));

        Assert.Equal(expected.LayerHashes, updated.LayerHashes);
        Assert.Equal(sum.Norms, again.Norms);
        Assert.Equal(first.Subtrees, second.Subtrees);
        Assert.Equal((first.CoverageCount, first.CoverageSum), (second.CoverageCount, second.CoverageSum));
        Assert.Equal(10, first.CoverageCount);
    }

    [Fact]
    public async Task RunStep_inTwoCalls_hasTheBitsOfOne()
    {
        await PrepareAsync(fence: 1);
        StepReply whole = await Worker.RunStep(Step(1, 0));
        await Worker.AwaitSum(new SumRequest(TinyJob.Id, 1, 0, MeasureNorms: false));
        ReplicaReply expected = await Worker.Apply(new ApplyRequest(TinyJob.Id, 1, Commit(whole)));

        await PrepareAsync(fence: 2);
        await Worker.RunStep(Step(2, 0) with { Shards = [0, 1, 3] });
        await Worker.RunStep(Step(2, 0) with { Shards = [2] });
        await Worker.AwaitSum(new SumRequest(TinyJob.Id, 2, 0, MeasureNorms: false));

        Assert.Equal(expected.LayerHashes, (await Worker.Apply(new ApplyRequest(TinyJob.Id, 2, Commit(whole)))).LayerHashes);
    }

    [Fact]
    public async Task RunStep_gradient_sent_twice_is_applied_once()
    {
        await PrepareAsync(fence: 1);
        StepReply first = await Worker.RunStep(Step(1, 0));
        CommitMessage gradient = Commit(first);
        await Worker.AwaitSum(new SumRequest(TinyJob.Id, 1, 0, MeasureNorms: false));

        StepReply second = await Worker.RunStep(Step(1, 1, gradient));
        StepReply third = await Worker.RunStep(Step(1, 1, gradient));

        Assert.NotEqual(first.LayerHashes, second.LayerHashes);
        Assert.Equal(second.LayerHashes, third.LayerHashes);
        Assert.True(second.UpdateMs > 0);
        Assert.Equal(0, third.UpdateMs);
    }

    [Fact]
    public async Task RunStep_missing_updates_answers_behind()
    {
        await PrepareAsync(fence: 1);

        StepReply reply = await Worker.RunStep(Step(1, 3));

        Assert.Equal(0, reply.Behind);
        Assert.Empty(reply.Subtrees);
    }

    [Fact]
    public async Task RunStep_unprepared_job_is_refused() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => Worker.RunStep(Step(1, 0)));

    [Fact]
    public async Task RunStep_some_shards_returns_their_maximal_subtrees()
    {
        await PrepareAsync(fence: 1);

        StepReply reply = await Worker.RunStep(Step(1, 0) with { Shards = [0, 1, 3] });

        Assert.Equal([(0, 2), (3, 4)], reply.Subtrees.Select(subtree => (subtree.FirstShard, subtree.EndShard)));
    }

    [Fact]
    public async Task Join_higher_fence_keeps_the_replica_and_what_is_known_about_the_run()
    {
        Assert.Null((await Worker.Join(Join(fence: 1))).Held);
        await PrepareAsync(fence: 1);
        StepReply first = await Worker.RunStep(Step(1, 0));
        await Worker.AwaitSum(new SumRequest(TinyJob.Id, 1, 0, MeasureNorms: false));
        StepReply second = await Worker.RunStep(Step(1, 1, Commit(first)));

        ReplicaReply held = (await Worker.Join(Join(fence: 2))).Held!;
        JournalMessage journal = await Worker.ReadJournal(TinyJob.Id, 2);

        Assert.Equal(1, held.Step);
        Assert.Equal(second.LayerHashes, held.LayerHashes);
        Assert.Equal((1, 9), (journal.ProgressStep, journal.Running.Samples));
        RecordMessage record = Assert.Single(journal.Records);
        Assert.Equal((0, first.Subtrees[0].Totals, 7), (record.Step, record.Totals, record.Measures.Milliseconds));
        Assert.Equal(first.LayerHashes, record.LayerHashes);
        await Assert.ThrowsAsync<FencedException>(() => Worker.RunStep(Step(1, 1)));
        Assert.Equal(second.Subtrees, (await Worker.RunStep(Step(2, 1))).Subtrees);
    }

    [Fact]
    public async Task Join_other_version_or_store_is_refused()
    {
        JoinRequest request = Join(fence: 1);
        foreach (JoinRequest other in new[] { request with { ProtocolVersion = Protocol.Version + 1 },
            request with { NumericsVersion = NumericsVersion.Current + 1 } })
            Assert.Contains("same build", (await Assert.ThrowsAsync<InvalidInputException>(() => Worker.Join(other))).Message, StringComparison.Ordinal);
        InvalidInputException store = await Assert.ThrowsAsync<InvalidInputException>(() => Worker.Join(request with { StoreId = "another" }));

        Assert.Contains("not shared", store.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_snapshot_that_the_store_lacks_is_refused()
    {
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => Worker.Prepare(new PrepareRequest(TinyJob.Id, 1, 3)));

        Assert.Contains("step 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Evaluate_at_another_step_is_refused()
    {
        await PrepareAsync(fence: 1);

        EvaluationShare result = await Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 1, 0, 0, 1));

        Assert.Equal(17, result.Test.Samples);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 1, 1, 0, 1)));
    }

    private async Task PrepareAsync(long fence)
    {
        await Worker.Join(Join(fence));
        await Worker.Prepare(new PrepareRequest(TinyJob.Id, fence, null));
    }

    private JoinRequest Join(long fence) =>
        new(TinyJob.Id, fence, Protocol.Version, NumericsVersion.Current, _cluster!.Services.GetRequiredService<ReplicaHost>().Store.Id);

    private static StepRequest Step(long fence, long step, CommitMessage? commit = null) =>
        new(TinyJob.Id, fence, step, [0, 1, 2, 3], commit, new ProgressMessage(new RunningMetrics(9 * step, 1, 1, default), null), IsExchanged: false, null);

    private CommitMessage Commit(StepReply reply) => new(
        0, reply.Subtrees[0].Totals, new CoverageState(1, 2, reply.CoverageCount), new StepMeasures(default, 7, default, 0, default), Here);
}
