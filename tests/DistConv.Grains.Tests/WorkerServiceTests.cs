using DistConv.Core;
using DistConv.Core.Buffers;
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
        var gradient = Reduced(first);

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
    public async Task RunStep_same_step_again_gives_the_same_bits()
    {
        await PrepareAsync(fence: 1);

        StepReply first = await Worker.RunStep(Step(1, 0));
        float[] values = Values(first);
        StepReply second = await Worker.RunStep(Step(1, 0));

        Assert.Equal(values, Values(second));
        Assert.Equal((first.CoverageCount, first.CoverageSum), (second.CoverageCount, second.CoverageSum));
        Assert.Equal(10, first.CoverageCount);
    }

    [Fact]
    public async Task RunStep_gradient_sent_twice_is_applied_once()
    {
        await PrepareAsync(fence: 1);
        StepReply first = await Worker.RunStep(Step(1, 0));
        var gradient = Reduced(first);

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
        StepReply second = await Worker.RunStep(Step(1, 1, Reduced(first)));

        ReplicaReply held = (await Worker.Join(Join(fence: 2))).Held!;
        JournalMessage journal = await Worker.ReadJournal(TinyJob.Id, 2);

        Assert.Equal(1, held.Step);
        Assert.Equal(second.LayerHashes, held.LayerHashes);
        Assert.Equal((1, 9), (journal.ProgressStep, journal.Running.Samples));
        RecordMessage record = Assert.Single(journal.Records);
        Assert.Equal((0, first.Subtrees[0].Totals, 7), (record.Step, record.Totals, record.Measures.Milliseconds));
        Assert.Equal(first.LayerHashes, record.LayerHashes);
        await Assert.ThrowsAsync<FencedException>(() => Worker.RunStep(Step(1, 1)));
        Assert.Equal(Values(second), Values(await Worker.RunStep(Step(2, 1))));
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
    public async Task TakeTail_with_the_reply_is_the_whole_gradient_and_applies_as_one()
    {
        await PrepareAsync(fence: 1);
        float[] whole = Values(await Worker.RunStep(Step(fence: 1, step: 0)));
        await PrepareAsync(fence: 2);
        Task<BucketReply> asked = Worker.ReadBucket(new BucketRequest(TinyJob.Id, 2, Attempt: 0));
        StepReply reply = await Worker.RunStep(Step(fence: 2, step: 0, bucketApart: true));
        SubtreeMessage late = Assert.Single(reply.Subtrees), bucket = Assert.Single((await asked).Subtrees);

        Assert.Equal(whole, (float[])[.. late.Values.Span, .. bucket.Values.Span]);
        Assert.Equal((late.FirstShard, late.EndShard, late.Totals), (bucket.FirstShard, bucket.EndShard, bucket.Totals));

        ulong[] expected = (await UpdatedBy(fence: 3, whole, earlyStart: null)).LayerHashes;
        Assert.Equal(expected, (await UpdatedBy(fence: 4, whole, earlyStart: late.Values.Length)).LayerHashes);
        await Assert.ThrowsAsync<InvalidOperationException>(() => UpdatedBy(fence: 5, whole, earlyStart: late.Values.Length, keepBucket: false));
    }

    [Fact]
    public async Task Evaluate_at_another_step_is_refused()
    {
        await PrepareAsync(fence: 1);

        EvaluationShare result = await Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 1, 0, 0, 1));

        Assert.Equal(17, result.Test.Samples);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 1, 1, 0, 1)));
    }

    /// <summary>A fresh replica after an update that comes whole, or as a late bucket after the early one.</summary>
    private async Task<ReplicaReply> UpdatedBy(long fence, float[] gradient, int? earlyStart, bool keepBucket = true)
    {
        await PrepareAsync(fence);
        using var values = new FloatBuffer(gradient.Length);
        gradient.CopyTo(values.Span);
        int length = earlyStart ?? gradient.Length;
        if (length < gradient.Length && keepBucket)
            await Worker.KeepBucket(new BucketMessage(TinyJob.Id, fence, 0, new GradientMessage(values, length, gradient.Length - length)));
        var reduced = new ReducedMessage(0, new StepTotals(17, 1, 1), default, default, new GradientMessage(values, 0, length));
        return await Worker.Apply(new ApplyRequest(TinyJob.Id, fence, reduced));
    }

    private async Task PrepareAsync(long fence)
    {
        await Worker.Join(Join(fence));
        await Worker.Prepare(new PrepareRequest(TinyJob.Id, fence, null));
    }

    private JoinRequest Join(long fence) =>
        new(TinyJob.Id, fence, Protocol.Version, NumericsVersion.Current, _cluster!.Services.GetRequiredService<ReplicaHost>().Store.Id);

    private static StepRequest Step(long fence, long step, ReducedMessage? pending = null, bool bucketApart = false) =>
        new(TinyJob.Id, fence, step, [0, 1, 2, 3], pending, new ProgressMessage(new RunningMetrics(9 * step, 1, 1, default), null), Attempt: step, bucketApart);

    private static ReducedMessage Reduced(StepReply reply) =>
        new(
            0, reply.Subtrees[0].Totals, new CoverageState(1, 2, reply.CoverageCount), new StepMeasures(default, 7, default, 0, default),
            reply.Subtrees[0].Values);

    private static float[] Values(StepReply reply) => Assert.Single(reply.Subtrees).Values.Span.ToArray();
}
