using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Training.Jobs;
using StackExchange.Redis;

namespace DistConv.Silo.Cluster;

/// <summary>
/// The id of the job store that the silos of a cluster share, in Redis, for as long as one of them lives. A silo whose folder is another one would answer
/// clients from it: it does not start. For finding the mistake only: jobs are fenced by the store itself.
/// </summary>
/// <param name="redis">The membership's server.</param>
/// <param name="clusterId">The cluster.</param>
/// <param name="store">This silo's store.</param>
internal sealed class StoreRegister(IConnectionMultiplexer redis, string clusterId, JobStore store)
{
    private static readonly TimeSpan _expiry = TimeSpan.FromSeconds(60), _interval = TimeSpan.FromSeconds(15);

    private readonly RedisKey _key = $"{ClusterAddress.ServiceId}/store/{clusterId}";

    /// <summary>Enters the store, or compares it with what is entered.</summary>
    /// <returns>When they agree.</returns>
    /// <exception cref="InvalidInputException">The other silos use another store.</exception>
    public async Task CheckAsync()
    {
        IDatabase database = redis.GetDatabase();
        if (await database.StringSetAsync(_key, store.Id, _expiry, When.NotExists)) return;
        RedisValue there = await database.StringGetAsync(_key);
        if (there.IsNull || there == store.Id) return;
        throw new InvalidInputException(
            $"the job store '{store.Root}' is not the one that cluster '{clusterId}' uses: this folder is not shared, so this silo cannot participate; "
                + $"mount the cluster's store here "
            + $"(after moving a stopped cluster to another store, wait {_expiry.TotalSeconds:0} s), or set another cluster id");
    }

    /// <summary>Keeps the entry while this silo lives.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>When it has ended.</returns>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await redis.GetDatabase().StringSetAsync(_key, store.Id, _expiry);
            }
            catch (Exception e) when (e is RedisException or TimeoutException)
            {
                // A server that is away, or lost its data, gets the entry with the next round.
            }

            await Task.Delay(_interval, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
