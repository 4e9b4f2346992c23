using System.Text.Json;
using DistConv.Grains.Hosting;

namespace DistConv.Silo.Cluster;

/// <summary>
/// Whether a silo lives and is ready. It lives while a grain takes its turn within 20 s and the compute threads finish what they do within five
/// minutes; a step of a large
/// model on few threads takes long, a turn never does.
/// </summary>
/// <param name="time">The clock.</param>
internal sealed class SiloHealth(TimeProvider time)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _turnPatience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan _computePatience = TimeSpan.FromMinutes(5);

    private volatile Running? _running;
    private volatile bool _isLeaving;

    /// <summary>Whether the process makes progress. While the silo starts or drains, it does as long as it answers.</summary>
    public bool IsLive => _isLeaving || _running is not { } running || (running.Turns.Age < _turnPatience && running.Compute.Age < _computePatience);

    /// <summary>Whether the silo takes part in jobs.</summary>
    public bool IsReady => _running is { } running && IsLive && !IsLeaving(running) && running.Oracle.CurrentStatus == SiloStatus.Active;

    /// <summary>What to tell.</summary>
    public HealthReport Report => _running is { } running
        ? new HealthReport(
            running.Address.Endpoint.ToString(),
            IsLeaving(running) ? "leaving" : JsonNamingPolicy.CamelCase.ConvertName(running.Oracle.CurrentStatus.ToString()),
            running.Heartbeat.Jobs)
        : new HealthReport(null, _isLeaving ? "leaving" : "starting", []);

    /// <summary>The silo runs: it is asked for heartbeats from now on.</summary>
    /// <param name="address">Its address.</param>
    /// <param name="oracle">Tells its status.</param>
    /// <param name="heartbeat">What to ask.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When it has been ended.</returns>
    public async Task WatchAsync(SiloAddress address, ISiloStatusOracle oracle, SiloHeartbeat heartbeat, CancellationToken cancellationToken)
    {
        Running running = new(address, oracle, heartbeat, new HeartbeatProbe(heartbeat.TakeTurnAsync, time), new HeartbeatProbe(heartbeat.ComputeAsync, time));
        _running = running;
        using var ticks = new PeriodicTimer(_interval, time);
        try
        {
            do
            {
                running.Turns.Ask();
                running.Compute.Ask();
            }
            while (await ticks.WaitForNextTickAsync(cancellationToken));
        }
        catch (OperationCanceledException)
        {
            // The silo stops.
        }
    }

    /// <summary>The silo drains.</summary>
    public void Leave() => _isLeaving = true;

    private bool IsLeaving(Running running) => _isLeaving || running.Heartbeat.IsLeaving;

    private sealed record Running(SiloAddress Address, ISiloStatusOracle Oracle, SiloHeartbeat Heartbeat, HeartbeatProbe Turns, HeartbeatProbe Compute);
}
