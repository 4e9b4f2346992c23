using DistConv.Grains.Contracts;
using DistConv.Training.Snapshots;

namespace DistConv.Grains.Workers;

/// <content>Replicas that others take over: state, gradients that were applied, and the journal.</content>
internal sealed partial class WorkerService
{
    /// <inheritdoc/>
    public async Task<StateOutline> OpenState(string job, long fence)
    {
        HostedReplica hosted = _host.Get(job, fence);
        using IDisposable turn = await hosted.EnterAsync(fence);
        (long copy, Snapshot state) = hosted.Copies.Current() ?? Keep(hosted);
        return Outline(hosted, copy, state);
    }

    /// <inheritdoc/>
    public Task<FloatBlock> ReadState(ChunkRequest request) => Task.FromResult(_host.Get(request.Job, request.Fence).Copies.Read(request));

    /// <inheritdoc/>
    public async Task<GradientReply> ReadGradient(GradientRequest request)
    {
        HostedReplica hosted = _host.Get(request.Job, request.Fence);
        if (hosted.Copies.Find(request.Step) is { } kept) return Reply(kept, null);

        // Between two steps: the journal and the step belong together.
        using IDisposable turn = await hosted.EnterAsync(request.Fence);
        return Reply(hosted.Copies.Find(request.Step), hosted.Journal.Read());

        GradientReply Reply(ReducedMessage? gradient, JournalMessage? journal)
        {
            if (gradient is null || gradient.Values.LengthBytes <= request.MaxBytes) return new GradientReply(hosted.Replica.Step, gradient, journal);
            GradientMessage nothing = GradientMessage.Chunk(gradient.Values.Values, 0, 0);
            return new GradientReply(hosted.Replica.Step, gradient with { Values = nothing }, journal) { Parameters = gradient.Values.Length };
        }
    }

    /// <inheritdoc/>
    public async Task<JournalMessage> ReadJournal(string job, long fence)
    {
        HostedReplica hosted = _host.Get(job, fence);
        using IDisposable turn = await hosted.EnterAsync(fence);
        return hosted.Journal.Read();
    }

    /// <inheritdoc/>
    public Task<GradientMessage?> ReadGradientChunk(GradientChunkRequest request)
    {
        ReducedMessage? kept = _host.Get(request.Job, request.Fence).Copies.Find(request.Step);
        return Task.FromResult(kept is null ? null : GradientMessage.Chunk(kept.Values.Values, request.First, request.Count));
    }

    /// <inheritdoc/>
    public async Task<StateMessage> Capture(ReplicaRequest request)
    {
        HostedReplica hosted = _host.Get(request.Job, request.Fence);
        using IDisposable turn = await hosted.EnterAsync(request.Fence);
        hosted.EnsureStep(request.Step);

        // Metrics and the time are the coordinator's: its snapshot has them.
        Snapshot state = hosted.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        StateMessage message = StateMessage.From(state);
        if (state.Tensors.Sum(tensor => (long)tensor.Values.Length * sizeof(float)) <= request.MaxBytes) return message;
        return message with { Tensors = [], Outline = Outline(hosted, hosted.Copies.Keep(state), state) };
    }

    private static (long Copy, Snapshot State) Keep(HostedReplica hosted)
    {
        Snapshot state = hosted.Replica.Capture(default, [], DateTimeOffset.UnixEpoch);
        return (hosted.Copies.Keep(state), state);
    }

    private static StateOutline Outline(HostedReplica hosted, long copy, Snapshot state) => new(
        copy,
        state.Step,
        new Dictionary<string, double>(state.OptimizerScalars),
        [.. state.LayerHashes],
        [.. state.Tensors.Select(tensor => new TensorOutline(tensor.Name, tensor.Role, tensor.Shape, tensor.Values.Length))],
        hosted.Journal.Read());
}
