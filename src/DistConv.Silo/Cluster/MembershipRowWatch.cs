using StackExchange.Redis;

namespace DistConv.Silo.Cluster;

/// <summary>
/// Looks for this silo's own row in the membership table. A Redis server that comes back without its data knows no silo any more: those that run
/// would go on among
/// themselves, and new ones would form a second cluster. So a silo whose row is gone has to start again. A server that does not answer says nothing:
/// it may come back
/// with the row.
/// </summary>
/// <param name="table">The membership table.</param>
/// <param name="self">This silo.</param>
/// <param name="time">The clock.</param>
internal sealed class MembershipRowWatch(IMembershipTable table, SiloAddress self, TimeProvider time)
{
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    /// <summary>Watches.</summary>
    /// <param name="cancellationToken">Ends it, with <see cref="OperationCanceledException"/>.</param>
    /// <returns>When the row has been gone for 10 s.</returns>
    public async Task WhenGoneAsync(CancellationToken cancellationToken)
    {
        long? goneSince = null;
        while (true)
        {
            await Task.Delay(_interval, time, cancellationToken);
            long now = time.GetTimestamp();
            switch (await HasRowAsync(cancellationToken))
            {
                case true: goneSince = null; break;
                case false: goneSince ??= now; break;
                case null: break;
            }

            if (goneSince is { } since && time.GetElapsedTime(since, now) >= _patience) return;
        }
    }

    /// <summary>Whether the table has the row; null: nobody knows.</summary>
    private async Task<bool?> HasRowAsync(CancellationToken cancellationToken)
    {
        try
        {
            MembershipTableData rows = await table.ReadAllAsync(cancellationToken);
            return rows.TryGet(self) is not null;
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return false; // The server answers, and there is no table.
        }
    }
}
