using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange.Lane;

namespace DistConv.Grains.Workers;

/// <content>The exchange of gradients.</content>
internal sealed partial class WorkerService
{
    /// <inheritdoc/>
    public Task<SumReply> AwaitSum(SumRequest request) => _host.Get(request.Job, request.Fence).Sums.AwaitAsync(request);

    /// <inheritdoc/>
    public Task<MissingReply> ReadMissing(SumRequest request) =>
        Task.FromResult(_host.Get(request.Job, request.Fence).Sums.OpenExchange(_exchange).Waits(request.Step));

    /// <inheritdoc/>
    public Task<GradientMessage?> ReadRange(RangeRequest request) =>
        Task.FromResult(_host.Get(request.Job, request.Fence).Sums.OpenExchange(_exchange).Read(request.Step, request.First, request.Count));

    /// <inheritdoc/>
    public Task<LaneOffer> OpenLane(LaneRequest request) =>
        Task.FromResult(_exchange.Offer(request, _host.Get(request.Job, request.Fence).Sums.OpenExchange(_exchange)));

    /// <inheritdoc/>
    public Task<ExchangeCounters> ReadCounters() => Task.FromResult(ExchangeCounters.Read());

    /// <inheritdoc/>
    public Task PutFrame(FrameMessage message)
    {
        try
        {
            FrameHeader header = (message.Header is { Length: FrameHeader.WireBytes } wire ? FrameHeader.Read(wire, out _) : null)
                ?? throw new InvalidOperationException($"silo {message.From.Endpoint} sent a frame that is none");
            if (header.Bytes != message.Values.LengthBytes)
                throw new InvalidOperationException($"silo {message.From.Endpoint} sent {message.Values.LengthBytes} bytes for a frame of {header.Bytes}");
            _host.Get(message.Job, message.Fence).Sums.OpenExchange(_exchange).Put(header, message.Values.Span);
            return Task.CompletedTask;
        }
        finally
        {
            message.Values.Release();
        }
    }
}
