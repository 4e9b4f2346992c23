using DistConv.Core.Buffers;
using DistConv.Core.Reading;
using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;

namespace DistConv.Grains.Addressing;

/// <summary>
/// A worker on another silo. State that fits into one message travels in it; more travels in bounded chunks after the call, so that the size of a model is
/// limited by memory alone. Callers do not see the difference.
/// </summary>
/// <param name="worker">The worker, as it is called.</param>
/// <param name="maxBytes">The most bytes of state in one message.</param>
/// <param name="waits">Told when the worker is asked again for what it has, since no answer came: the job, and how many seconds were waited.</param>
/// <param name="time">The clock.</param>
internal sealed class ChunkedWorker(IWorkerService worker, long maxBytes, Action<string, double> waits, TimeProvider time) : IWorkerService
{
    /// <summary>The most bytes of a gradient that an answer carries: it may have to be asked for again.</summary>
    private const long MaxAnswerBytes = sizeof(float) * Chunks.MaxLength;

    /// <summary>How long the worker may keep silent before it is asked again: it may be in a long step, of which people are told then.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(30);

    private readonly int _chunkLength = (int)long.Clamp(maxBytes / sizeof(float), 1, Chunks.MaxLength);

    /// <inheritdoc/>
    public Task<JoinReply> Join(JoinRequest request) => worker.Join(request);

    /// <inheritdoc/>
    public Task<ReplicaReply> Prepare(PrepareRequest request) => worker.Prepare(request);

    /// <inheritdoc/>
    public Task<ReplicaReply> TransferState(StateTransferRequest request) => worker.TransferState(request);

    /// <inheritdoc/>
    public Task<StateOutline> OpenState(string job, long fence) => AskAsync(job, () => worker.OpenState(job, fence));

    /// <inheritdoc/>
    public Task<FloatBlock> ReadState(ChunkRequest request) => worker.ReadState(request);

    /// <inheritdoc/>
    public async Task<GradientReply> ReadGradient(GradientRequest request)
    {
        GradientRequest first = request with { MaxBytes = long.Min(maxBytes, MaxAnswerBytes) };
        GradientReply reply = await AskAsync(request.Job, () => worker.ReadGradient(first));
        if (reply is not { Gradient: { } gradient, Parameters: { } parameters }) return reply;
        bool isWhole = true;
        FloatBuffer whole = Rent(parameters);
        await Chunks.ForEachAsync(0, parameters, _chunkLength, async (first, count) =>
        {
            GradientMessage? chunk = await worker.ReadGradientChunk(new GradientChunkRequest(request.Job, request.Fence, gradient.Commit.Step, first, count));
            if (chunk is null) isWhole = false;
            else Place(chunk, whole, first, count);
        });
        GradientMessage values = new(whole, 0, parameters, FloatBufferPool.Shared);
        if (isWhole) return reply with { Gradient = gradient with { Values = values }, Parameters = null };
        values.Release();
        return reply with { Gradient = null, Parameters = null }; // The other silo went on meanwhile.
    }

    /// <inheritdoc/>
    public Task<JournalMessage> ReadJournal(string job, long fence) => AskAsync(job, () => worker.ReadJournal(job, fence));

    /// <inheritdoc/>
    public Task<StepReply> RunStep(StepRequest request) => worker.RunStep(request);

    /// <inheritdoc/>
    public Task<SumReply> AwaitSum(SumRequest request) => worker.AwaitSum(request);

    /// <inheritdoc/>
    public Task<MissingReply> ReadMissing(SumRequest request) => worker.ReadMissing(request);

    /// <inheritdoc/>
    public Task<GradientMessage?> ReadRange(RangeRequest request) => worker.ReadRange(request);

    /// <inheritdoc/>
    public Task<LaneOffer> OpenLane(LaneRequest request) => worker.OpenLane(request);

    /// <inheritdoc/>
    public Task PutFrame(FrameMessage message) => worker.PutFrame(message);

    /// <inheritdoc/>
    public Task<GradientMessage?> ReadGradientChunk(GradientChunkRequest request) => worker.ReadGradientChunk(request);

    /// <inheritdoc/>
    public Task<ReplicaReply> Apply(ApplyRequest request) => worker.Apply(request);

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
    public Task<ExchangeCounters> ReadCounters() => worker.ReadCounters();

    /// <inheritdoc/>
    public Task Release(string job, long fence) => worker.Release(job, fence);

    private Task<T> AskAsync<T>(string job, Func<Task<T>> call) =>
        RepeatedCall.AskAsync(call, _silence, asked => waits(job, asked * _silence.TotalSeconds), time);

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
}
