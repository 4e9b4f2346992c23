using DistConv.Core.Buffers;
using DistConv.Core.Reading;
using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Addressing;

/// <summary>
/// A worker on another silo. Gradients and state that fit into one message travel in it; larger ones travel in bounded chunks before or after the call, so
/// that the size of a model is limited by memory alone. Callers do not see the difference.
/// </summary>
/// <param name="worker">The worker, as it is called.</param>
/// <param name="maxBytes">The most bytes of gradients or state in one message.</param>
internal sealed class ChunkedWorker(IWorkerService worker, long maxBytes) : IWorkerService
{
    private readonly int _chunkLength = (int)long.Clamp(maxBytes / sizeof(float), 1, Chunks.MaxLength);

    /// <inheritdoc/>
    public Task<JoinReply> Join(JoinRequest request) => worker.Join(request);

    /// <inheritdoc/>
    public Task<ReplicaReply> Prepare(PrepareRequest request) => worker.Prepare(request);

    /// <inheritdoc/>
    public Task<ReplicaReply> TransferState(StateTransferRequest request) => worker.TransferState(request);

    /// <inheritdoc/>
    public Task<StateOutline> OpenState(string job, long fence) => worker.OpenState(job, fence);

    /// <inheritdoc/>
    public Task<FloatBlock> ReadState(ChunkRequest request) => worker.ReadState(request);

    /// <inheritdoc/>
    public async Task<GradientReply> ReadGradient(GradientRequest request)
    {
        GradientReply reply = await worker.ReadGradient(request with { MaxBytes = maxBytes });
        if (reply is not { Gradient: { } gradient, Parameters: { } parameters }) return reply;
        bool isWhole = true;
        FloatBuffer whole = Rent(parameters);
        await Chunks.ForEachAsync(0, parameters, _chunkLength, async (first, count) =>
        {
            GradientMessage? chunk = await worker.ReadGradientChunk(new GradientChunkRequest(request.Job, request.Fence, gradient.Step, first, count));
            if (chunk is null) isWhole = false;
            else Place(chunk, whole, first, count);
        });
        GradientMessage values = new(whole, 0, parameters, FloatBufferPool.Shared);
        if (isWhole) return reply with { Gradient = gradient with { Values = values }, Parameters = null };
        values.Release();
        return reply with { Gradient = null, Parameters = null }; // The other silo went on meanwhile.
    }

    /// <inheritdoc/>
    public Task<JournalMessage> ReadJournal(string job, long fence) => worker.ReadJournal(job, fence);

    /// <inheritdoc/>
    public async Task<StepReply> RunStep(StepRequest request)
    {
        ReducedMessage? pending = request.Pending is { } reduced ? await SendAsync(request.Job, request.Fence, reduced) : null;
        StepReply reply = await worker.RunStep(request with { Pending = pending, MaxBytes = maxBytes });
        if (reply.Outlines is not { } outlines) return reply;
        return reply with { Subtrees = await ReadAsync(request.Job, request.Fence, request.Attempt, outlines), Outlines = null };
    }

    /// <inheritdoc/>
    public async Task<BucketReply> ReadBucket(BucketRequest request)
    {
        BucketReply reply = await worker.ReadBucket(request with { MaxBytes = maxBytes });
        return reply.Outlines is { } outlines ? new BucketReply(await ReadAsync(request.Job, request.Fence, request.Attempt, outlines)) : reply;
    }

    /// <inheritdoc/>
    public Task<Taken> KeepBucket(BucketMessage message) =>
        IsLarge(message.Values) ? SendAsync(message.Job, message.Fence, message.Step, message.Values) : worker.KeepBucket(message);

    /// <inheritdoc/>
    public Task<Taken> KeepChunk(GradientChunk chunk) => worker.KeepChunk(chunk);

    /// <inheritdoc/>
    public Task<GradientMessage> ReadSum(SumRequest request) => worker.ReadSum(request);

    /// <inheritdoc/>
    public Task<GradientMessage?> ReadGradientChunk(GradientChunkRequest request) => worker.ReadGradientChunk(request);

    /// <inheritdoc/>
    public async Task<ReplicaReply> Apply(ApplyRequest request) =>
        await worker.Apply(request with { Gradient = await SendAsync(request.Job, request.Fence, request.Gradient) });

    /// <inheritdoc/>
    public Task<DiagnoseNonFiniteReply> DiagnoseNonFinite(DiagnoseNonFiniteRequest request) => worker.DiagnoseNonFinite(request);

    /// <inheritdoc/>
    public Task<EvaluationShare> Evaluate(EvaluateRequest request) => worker.Evaluate(request);

    /// <inheritdoc/>
    public async Task<StateMessage> Capture(ReplicaRequest request)
    {
        StateMessage state = await worker.Capture(request with { MaxBytes = maxBytes });
        if (state.Outline is not { } outline) return state;
        TensorMessage[] tensors =
        [
            .. (await StateReader.ReadAsync(worker, request.Job, request.Fence, outline, _chunkLength)).Select(
                tensor => new TensorMessage(tensor.Name, tensor.Role, tensor.Shape, new FloatBlock(tensor.Values))),
        ];
        return state with { Tensors = tensors, Outline = null };
    }

    /// <inheritdoc/>
    public Task Release(string job, long fence) => worker.Release(job, fence);

    private static FloatBuffer Rent(int parameters)
    {
        if (parameters is < 0 or > ModelLimits.MaxParameters) throw new InvalidOperationException($"a gradient of {parameters} parameters");
        return FloatBufferPool.Shared.Rent(parameters);
    }

    private static void Place(GradientMessage chunk, FloatBuffer whole, int first, int count)
    {
        if (chunk.Length != count) throw new InvalidOperationException($"a chunk of {chunk.Length} gradients, not {count}");
        chunk.Span.CopyTo(whole.Span[first..]);
        chunk.Release();
    }

    /// <summary>A receiver needs a block for all parameters, however few of them are meant.</summary>
    private bool IsLarge(GradientMessage values) => values.Values.Length * sizeof(float) > maxBytes;

    /// <summary>Sends a gradient ahead of the call that applies it, if it is too large for that call.</summary>
    private async Task<ReducedMessage> SendAsync(string job, long fence, ReducedMessage reduced)
    {
        GradientMessage values = reduced.Values;
        if (!IsLarge(values)) return reduced;
        if (values.LengthBytes <= maxBytes) return reduced with { Values = GradientMessage.Chunk(values.Values, values.First, values.Length) };
        await SendAsync(job, fence, reduced.Step, values);
        return reduced with { Values = GradientMessage.Chunk(values.Values, 0, 0) };
    }

    private async Task<Taken> SendAsync(string job, long fence, long step, GradientMessage values)
    {
        bool isKept = true;
        await Chunks.ForEachAsync(values.First, values.Length, _chunkLength, async (first, count) =>
        {
            if (!isKept) return; // Its replica has applied the gradient, or lacks earlier ones.
            var chunk = new GradientChunk(job, fence, step, first, GradientMessage.Chunk(values.Values, first, count));
            if (!(await worker.KeepChunk(chunk)).IsKept) isKept = false;
        });
        return new Taken(isKept);
    }

    private async Task<SubtreeMessage[]> ReadAsync(string job, long fence, long attempt, SubtreeOutline[] outlines)
    {
        SubtreeMessage[] subtrees = new SubtreeMessage[outlines.Length];
        for (int i = 0; i < outlines.Length; i++)
        {
            SubtreeOutline outline = outlines[i];
            FloatBuffer whole = Rent(outline.Parameters);
            await Chunks.ForEachAsync(outline.First, outline.Length, _chunkLength, async (first, count) =>
                Place(await worker.ReadSum(new SumRequest(job, fence, attempt, outline.FirstShard, first, count)), whole, first, count));
            GradientMessage values = new(whole, outline.First, outline.Length, FloatBufferPool.Shared);
            subtrees[i] = new SubtreeMessage(outline.FirstShard, outline.EndShard, outline.Totals, values);
        }

        return subtrees;
    }
}
