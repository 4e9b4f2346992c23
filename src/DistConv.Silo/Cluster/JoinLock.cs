using DistConv.Client.Clusters;
using StackExchange.Redis;

namespace DistConv.Silo.Cluster;

/// <summary>
/// Lets silos that start at the same moment join one after another, by a lock in Redis. Together they would collide in the membership table, and a
/// loser backs off
/// for two seconds and more; one after another, they take a tenth of a second each. It is for speed only: who does not get it joins all the same.
/// </summary>
/// <param name="redis">The membership's server.</param>
/// <param name="clusterId">The cluster.</param>
internal sealed class JoinLock(IConnectionMultiplexer redis, string clusterId) : ILifecycleParticipant<ISiloLifecycle>
{
    /// <summary>After the membership table was read, before the silo writes itself into it.</summary>
    private const int Before = (ServiceLifecycleStage.RuntimeGrainServices + ServiceLifecycleStage.AfterRuntimeGrainServices) / 2;

    private const int After = ServiceLifecycleStage.Active + 1;
    private static readonly TimeSpan _expiry = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(25);

    private readonly RedisKey _key = $"{ClusterAddress.ServiceId}/joining/{clusterId}";
    private readonly RedisValue _token = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe(nameof(JoinLock), Before, TakeAsync);
        lifecycle.Subscribe(nameof(JoinLock), After, ReleaseAsync);
    }

    private async Task TakeAsync(CancellationToken cancellationToken)
    {
        try
        {
            for (int i = 0; i < 2 * _expiry / _pause; i++)
            {
                if (await redis.GetDatabase().LockTakeAsync(_key, _token, _expiry)) return;
                await Task.Delay(_pause, cancellationToken);
            }
        }
        catch (RedisException)
        {
            // Joining tells what is wrong with the server.
        }
    }

    private async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await redis.GetDatabase().LockReleaseAsync(_key, _token);
        }
        catch (RedisException)
        {
            // It expires.
        }
    }
}
