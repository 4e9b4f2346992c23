using System.Collections.Concurrent;
using System.Diagnostics;
using DistConv.Core;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Exchange;
using DistConv.Training.Jobs;
using DistConv.Training.Metrics;
using DistConv.Training.Steps;
using Microsoft.Extensions.Logging;

namespace DistConv.Grains.Workers;

/// <inheritdoc cref="IWorkerService"/>
/// <remarks>
/// Calls interleave, as in every grain service; <see cref="HostedReplica.EnterAsync"/> puts those of one job in order. No arithmetic runs here:
/// shard grains enrol their shards, the replica computes on the silo's own threads, and this service only awaits them.
/// </remarks>
internal sealed partial class WorkerService : GrainService, IWorkerService
{
    private readonly ReplicaHost _host;
    private readonly IGrainFactory _grains;
    private readonly IWorkerClient _workers;
    private readonly SiloExchange _exchange;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<string, string> _refused = new();

    /// <summary>Made by Orleans when the silo starts.</summary>
    /// <param name="id">The service's identity.</param>
    /// <param name="silo">The silo.</param>
    /// <param name="loggers">The silo's loggers.</param>
    /// <param name="host">The silo's replicas.</param>
    /// <param name="grains">Finds shard grains.</param>
    /// <param name="workers">Finds the workers of other silos.</param>
    /// <param name="exchange">This silo's part in the exchange of gradients.</param>
    public WorkerService(
        GrainId id, Silo silo, ILoggerFactory loggers, ReplicaHost host, IGrainFactory grains, IWorkerClient workers, SiloExchange exchange)
        : base(id, silo, loggers)
    {
        _exchange = exchange;
        _host = host;
        _grains = grains;
        _workers = workers;
        _logger = loggers.CreateLogger<WorkerService>();
    }

    /// <inheritdoc/>
    public async Task<JoinReply> Join(JoinRequest request)
    {
        HostedReplica? held = await TellAsync(request.Job, _host.JoinAsync(request));
        return new JoinReply(Environment.MachineName, Environment.ProcessId, _host.Kernels.Name, _host.Pool.Threads, held is null ? null : Reply(held))
        {
            Build = Protocol.Build,
        };
    }

    /// <inheritdoc/>
    public async Task<ReplicaReply> Prepare(PrepareRequest request) => Reply(await TellAsync(request.Job, _host.PrepareAsync(request)));

    /// <inheritdoc/>
    public async Task<ReplicaReply> TransferState(StateTransferRequest request)
    {
        HostedReplica hosted = await TellAsync(request.Job, _host.GetOrOpenAsync(request.Job, request.Fence));
        using IDisposable turn = await hosted.EnterAsync(request.Fence);
        await new StateTransfer(hosted, _workers.On(request.Holder)).CatchUpAsync();
        return Reply(hosted);
    }

    /// <inheritdoc/>
    public async Task<StepReply> RunStep(StepRequest request)
    {
        HostedReplica hosted = _host.Get(request.Job, request.Fence);
        using IDisposable turn = await hosted.EnterAsync(request.Fence);
        Replica replica = hosted.Replica;
        double updateMs = await hosted.CatchUpAsync(request.Commit, _exchange);
        if (replica.Step != request.Step) return StepReply.IsBehind(replica.Step);
        hosted.Journal.Advance(request.Step, request.Progress);
        await hosted.Sums.BeginAsync(request, _exchange);
        double computeMs = 0;
        IReadOnlyList<GradientSum> sums = [];
        if (request.Shards.Length > 0)
        {
            long start = Stopwatch.GetTimestamp();
            replica.BeginStep(request.Step, request.Shards);
            await ComputeShards(hosted, request);
            sums = await replica.CompletionAsync();
            hosted.Sums.End();
            computeMs = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Telemetry.RecordShards(computeMs);
        }

        SiloLoad? load = hosted.Load.TryMeasure();
        StepExchange? exchange = request.IsExchanged ? hosted.Sums.OpenExchange(_exchange) : null;
        return new StepReply(
            null,
            [.. sums.Select(sum => new SubtreeMessage(sum.Node.Lo, sum.Node.Hi, sum.Totals))],
            sums.Count == 0 ? 0 : replica.StepCoverage.Count,
            sums.Count == 0 ? 0 : replica.StepCoverage.Sum,
            [.. replica.LayerHashes],
            updateMs,
            computeMs)
        {
            Difference = exchange?.TakeDifference(),
            Norms = request.MeasureNorms ? WeightNorms(replica) : null,
            ProcessorShare = (float)(load?.ProcessorShare ?? 0),
            MemoryBytes = load?.MemoryBytes ?? 0,
            SentBytes = exchange?.TakeSentBytes() ?? 0,
        };
    }

    /// <inheritdoc/>
    public async Task<ReplicaReply> Apply(ApplyRequest request)
    {
        HostedReplica hosted = _host.Get(request.Job, request.Fence);
        using IDisposable turn = await hosted.EnterAsync(request.Fence);
        double updateMs = await hosted.CatchUpAsync(request.Commit, _exchange);
        return Reply(hosted, updateMs);
    }

    /// <inheritdoc/>
    public async Task<DiagnoseNonFiniteReply> DiagnoseNonFinite(DiagnoseNonFiniteRequest request)
    {
        HostedReplica hosted = _host.Get(request.Job, request.Fence);
        using IDisposable turn = await hosted.EnterAsync(request.Fence);
        hosted.EnsureStep(request.Step);
        return new DiagnoseNonFiniteReply(await hosted.Replica.DiagnoseNonFiniteAsync(request.Step, request.Shards));
    }

    /// <inheritdoc/>
    public async Task<EvaluationShare> Evaluate(EvaluateRequest request)
    {
        HostedReplica hosted = _host.Get(request.Job, request.Fence);
        using IDisposable turn = await hosted.EnterAsync(request.Fence);
        hosted.EnsureStep(request.Step);
        return await hosted.Replica.EvaluateAsync(request.Share, request.Shares);
    }

    /// <inheritdoc/>
    public Task Release(string job, long fence) => _host.ReleaseAsync(job, fence);

    /// <summary>Says here, too, why this silo cannot take part: once, although coordinators ask again.</summary>
    private async Task<T> TellAsync<T>(string job, Task<T> work)
    {
        try
        {
            return await work;
        }
        catch (InvalidInputException e)
        {
            if (_refused.GetValueOrDefault(job) != e.Message) Log.CannotParticipate(_logger, job, e.Message);
            _refused[job] = e.Message;
            throw;
        }
    }

    private static float[] WeightNorms(Replica replica)
    {
        var norms = new float[2 * replica.LayerHashes.Count];
        replica.MeasureWeightNorms(norms);
        return norms;
    }

    private static ReplicaReply Reply(HostedReplica hosted, double updateMs = 0) =>
        new(hosted.Replica.Step, [.. hosted.Replica.LayerHashes], updateMs);

    /// <summary>All shards at once: the replica computes when all have come. When one does not, the others are told, since they would wait in vain.</summary>
    private async Task ComputeShards(HostedReplica hosted, StepRequest request)
    {
        List<Task<StepTotals>> calls =
            [.. request.Shards.Select(shard => _grains.GetGrain<IShardGrain>(ShardKey.Format(request.Job, shard)).Compute(request.Step))];
        try
        {
            await foreach (Task<StepTotals> call in Task.WhenEach(calls)) await call;
        }
        catch
        {
            hosted.Abandon();
            throw;
        }
    }
}
