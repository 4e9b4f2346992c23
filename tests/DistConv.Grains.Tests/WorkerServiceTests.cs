using DistConv.Core;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Silo.Embedded;
using DistConv.Training;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class WorkerServiceTests : IAsyncLifetime
{
    private readonly TinyJob _job = new();
    private EmbeddedCluster? _cluster;

    private IWorkerService Worker =>
        _cluster!.Services.GetRequiredService<IWorkerClient>().On(_cluster.Services.GetRequiredService<ILocalSiloDetails>().SiloAddress);

    public async ValueTask InitializeAsync() => _cluster = await _job.StartClusterAsync();

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        _job.Dispose();
    }

    [Fact]
    public async Task Prepare_stale_fence_is_refused()
    {
        await Worker.Prepare(Request(fence: 5));

        FencedException e = await Assert.ThrowsAsync<FencedException>(() => Worker.Prepare(Request(fence: 4)));

        Assert.Contains("claim 4 is outbid", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EveryCall_stale_fence_is_refused_and_changes_nothing()
    {
        await Worker.Prepare(Request(fence: 5));
        StepReply first = await Worker.RunStep(Step(5, 0));
        var gradient = new ReducedMessage(0, first.Subtrees[0].Totals, first.Subtrees[0].Values);

        await Assert.ThrowsAsync<FencedException>(() => Worker.RunStep(Step(4, 1, gradient)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Apply(new ApplyRequest(TinyJob.Id, 4, gradient)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 4, 0, 0, 1)));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Capture(new ReplicaRequest(TinyJob.Id, 4, 0)));
        StateMessage state = await Worker.Capture(new ReplicaRequest(TinyJob.Id, 5, 0));
        await Assert.ThrowsAsync<FencedException>(() => Worker.Load(new LoadRequest(TinyJob.Id, 4, state)));
        await Worker.Release(TinyJob.Id, 4);

        StepReply again = await Worker.RunStep(Step(5, 0));
        Assert.Equal(first.LayerHashes, again.LayerHashes);
    }

    [Fact]
    public async Task Prepare_higher_fence_takes_over()
    {
        await Worker.Prepare(Request(fence: 1));
        await Worker.Prepare(Request(fence: 2));

        await Assert.ThrowsAsync<FencedException>(() => Worker.RunStep(Step(1, 0)));
        Assert.Null((await Worker.RunStep(Step(2, 0))).Behind);
    }

    [Fact]
    public async Task RunStep_same_step_again_gives_the_same_bits()
    {
        await Worker.Prepare(Request(fence: 1));

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
        await Worker.Prepare(Request(fence: 1));
        StepReply first = await Worker.RunStep(Step(1, 0));
        var gradient = new ReducedMessage(0, first.Subtrees[0].Totals, first.Subtrees[0].Values);

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
        await Worker.Prepare(Request(fence: 1));

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
        await Worker.Prepare(Request(fence: 1));

        StepReply reply = await Worker.RunStep(Step(1, 0) with { Shards = [0, 1, 3] });

        Assert.Equal([(0, 2), (3, 4)], reply.Subtrees.Select(subtree => (subtree.FirstShard, subtree.EndShard)));
    }

    [Fact]
    public async Task Load_state_of_another_replica_goes_on_with_its_bits()
    {
        await Worker.Prepare(Request(fence: 1));
        StepReply first = await Worker.RunStep(Step(1, 0));
        await Worker.Apply(new ApplyRequest(TinyJob.Id, 1, new ReducedMessage(0, first.Subtrees[0].Totals, first.Subtrees[0].Values)));
        StateMessage state = await Worker.Capture(new ReplicaRequest(TinyJob.Id, 1, 1));
        float[] expected = Values(await Worker.RunStep(Step(1, 1)));
        await Worker.Prepare(Request(fence: 2));

        ApplyReply loaded = await Worker.Load(new LoadRequest(TinyJob.Id, 2, state));

        Assert.Equal(1, loaded.Step);
        Assert.Equal(state.LayerHashes, loaded.LayerHashes);
        Assert.Equal(expected, Values(await Worker.RunStep(Step(2, 1))));
    }

    [Fact]
    public async Task Prepare_other_version_is_refused()
    {
        InvalidInputException protocol = await Assert.ThrowsAsync<InvalidInputException>(
            () => Worker.Prepare(Request(fence: 1) with { ProtocolVersion = Protocol.Version + 1 }));
        await Assert.ThrowsAsync<InvalidInputException>(() => Worker.Prepare(Request(fence: 1) with { NumericsVersion = NumericsVersion.Current + 1 }));

        Assert.Contains("same build", protocol.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Prepare_snapshot_that_the_store_lacks_is_refused()
    {
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => Worker.Prepare(Request(fence: 1) with { SnapshotStep = 3 }));

        Assert.Contains("step 3", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakeTail_with_the_reply_is_the_whole_gradient_and_applies_as_one()
    {
        await Worker.Prepare(Request(fence: 1));
        float[] whole = Values(await Worker.RunStep(Step(fence: 1, step: 0)));
        await Worker.Prepare(Request(fence: 2));
        Task<TailReply> asked = Worker.TakeTail(new TailRequest(TinyJob.Id, 2, Attempt: 0));
        StepReply reply = await Worker.RunStep(Step(fence: 2, step: 0, tailApart: true));
        SubtreeMessage head = Assert.Single(reply.Subtrees), tail = Assert.Single((await asked).Subtrees);

        Assert.Equal(whole, (float[])[.. head.Values.Span, .. tail.Values.Span]);
        Assert.Equal((head.FirstShard, head.EndShard, head.Totals), (tail.FirstShard, tail.EndShard, tail.Totals));

        ulong[] expected = (await UpdatedBy(fence: 3, whole, headLength: null)).LayerHashes;
        Assert.Equal(expected, (await UpdatedBy(fence: 4, whole, headLength: head.Values.Length)).LayerHashes);
        await Assert.ThrowsAsync<InvalidOperationException>(() => UpdatedBy(fence: 5, whole, headLength: head.Values.Length, keepTail: false));
    }

    [Fact]
    public async Task Evaluate_at_another_step_is_refused()
    {
        await Worker.Prepare(Request(fence: 1));

        EvaluationShare result = await Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 1, 0, 0, 1));

        Assert.Equal(17, result.Test.Samples);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Worker.Evaluate(new EvaluateRequest(TinyJob.Id, 1, 1, 0, 1)));
    }

    /// <summary>A fresh replica after an update that comes whole, or as a head after its tail.</summary>
    private async Task<ApplyReply> UpdatedBy(long fence, float[] gradient, int? headLength, bool keepTail = true)
    {
        await Worker.Prepare(Request(fence));
        using var values = new FloatBuffer(gradient.Length);
        gradient.CopyTo(values.Span);
        int length = headLength ?? gradient.Length;
        if (length < gradient.Length && keepTail)
            await Worker.KeepTail(new TailMessage(TinyJob.Id, fence, 0, new GradientMessage(values, length, gradient.Length - length)));
        var reduced = new ReducedMessage(0, new StepTotals(17, 1, 1), new GradientMessage(values, 0, length));
        return await Worker.Apply(new ApplyRequest(TinyJob.Id, fence, reduced));
    }

    private static PrepareRequest Request(long fence) => new(TinyJob.Id, fence, Protocol.Version, NumericsVersion.Current, null);

    private static StepRequest Step(long fence, long step, ReducedMessage? pending = null, bool tailApart = false) =>
        new(TinyJob.Id, fence, step, [0, 1, 2, 3], pending, Attempt: step, tailApart);

    private static float[] Values(StepReply reply) => Assert.Single(reply.Subtrees).Values.Span.ToArray();
}
