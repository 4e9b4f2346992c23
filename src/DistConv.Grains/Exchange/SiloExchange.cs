using System.Net;
using DistConv.Core.Buffers;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Steps;
using Microsoft.Extensions.Logging;

namespace DistConv.Grains.Exchange;

/// <summary>What a silo has once for the exchange of all jobs: the thread that adds, the lane's listener, and the ways to other silos.</summary>
/// <param name="local">This silo.</param>
/// <param name="workers">Finds the workers of other silos.</param>
/// <param name="listener">Where other silos connect.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when a lane cannot be used.</param>
internal sealed class SiloExchange(
    ILocalSiloDetails local, IWorkerClient workers, LaneListener listener, TimeProvider time, ILogger<SiloExchange> logger) : IDisposable
{
    /// <summary>How long a committed sum may be on its way before what lacks is fetched from the holder.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Floats of a fetched range: 4 MiB.</summary>
    private const int MaxFetched = 1 << 20;

    private readonly Lazy<WorkQueue> _queue = new(() => new WorkQueue("DistConv exchange") { Failed = e => Log.ExchangeFailed(logger, e) });

    /// <summary>A job's exchange on this silo.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <param name="replica">The replica.</param>
    /// <returns>The exchange; to be ended by <see cref="CloseAsync"/>.</returns>
    public StepExchange Create(string job, long fence, Replica replica) => new(
        replica.Network, replica.Plan, replica.Step, local.SiloAddress, _queue.Value,
        peer => new PeerLink(job, fence, local.SiloAddress, peer, workers.On(peer), time, logger));

    /// <summary>Lets another silo connect.</summary>
    /// <param name="request">Who asks.</param>
    /// <param name="exchange">Where its frames go.</param>
    /// <returns>Where to connect, and with what.</returns>
    public LaneOffer Offer(LaneRequest request, StepExchange exchange)
    {
        IPEndPoint endpoint = listener.Start();
        byte[]? key = listener.SealsFrames ? FrameSeal.NewKey() : null;
        return new LaneOffer(endpoint.ToString(), listener.Admit(request.Job, request.Fence, request.From, exchange, key).ToByteArray(), key);
    }

    /// <summary>Waits for a committed sum; what does not come by itself, since its owner is lost or this silo was late, is fetched from the holder.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <param name="commit">The step.</param>
    /// <returns>The sum.</returns>
    /// <exception cref="InvalidOperationException">The holder has not got it any longer.</exception>
    public async Task<FloatBuffer> CollectAsync(StepExchange exchange, string job, long fence, CommitMessage commit)
    {
        Task<(FloatBuffer Sum, bool IsFinite)> whole = exchange.SumAsync(commit.Step);
        if (!whole.IsCompleted)
        {
            await Task.WhenAny(whole, exchange.WhenPeerClosesAsync()).EndsWithinAsync(_patience, time, CancellationToken.None);
            if (!whole.IsCompleted) await FetchAsync(exchange, job, fence, commit);
        }

        return (await whole).Sum;
    }

    /// <summary>Ends a job's exchange under a coordinator.</summary>
    /// <param name="job">The job id.</param>
    /// <param name="fence">The coordinator's claim.</param>
    /// <param name="exchange">The exchange.</param>
    /// <returns>When no thread uses it any longer.</returns>
    public Task CloseAsync(string job, long fence, StepExchange exchange) => Task.Run(() =>
    {
        exchange.Dispose();
        listener.Close(job, fence);
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        listener.Dispose();
        if (_queue.IsValueCreated) _queue.Value.Dispose();
    }

    private async Task FetchAsync(StepExchange exchange, string job, long fence, CommitMessage commit)
    {
        IWorkerService holder = workers.On(commit.Holder);
        foreach ((int first, int length) in exchange.Missing(commit.Step, MaxFetched))
        {
            GradientMessage range = await holder.ReadRange(new RangeRequest(job, fence, commit.Step, first, length)) ?? throw new InvalidOperationException(
                $"job '{job}': this silo lacks a part of the gradient of step {commit.Step}, and silo {commit.Holder.Endpoint} no longer has it");
            exchange.Supply(commit.Step, first, range.Span);
            range.Release();
        }
    }
}
