using StackExchange.Redis;

namespace DistConv.Client.Clusters;

/// <summary>Connects to the Redis server of a cluster.</summary>
internal static class RedisConnection
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private const int AttemptMilliseconds = 3000;

    /// <summary>Connects, and waits for a server that is not there yet. A connection that is lost later comes back by itself.</summary>
    /// <param name="address">The server.</param>
    /// <param name="warn">Gets one line if it does not answer at once.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The connection, to be disposed last.</returns>
    /// <exception cref="ClusterUnavailableException">It does not answer for a minute.</exception>
    public static async Task<ConnectionMultiplexer> OpenAsync(
        ClusterAddress address, Action<string> warn, TimeProvider time, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        bool isTold = false;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await ConnectAsync(address, cancellationToken);
            }
            catch (RedisException e)
            {
                if (time.GetElapsedTime(start) > _patience)
                {
                    throw new ClusterUnavailableException(
                        $"Redis at {address} did not answer for {_patience.TotalSeconds:0} s: start it, or set the cluster address to another server", e);
                }

                if (!isTold) warn($"Redis at {address} does not answer; waiting for it, {_patience.TotalSeconds:0} s at most");
                isTold = true;
                await Task.Delay(_pause, time, cancellationToken);
            }
        }
    }

    /// <summary>Tries once to connect.</summary>
    /// <param name="address">The server.</param>
    /// <param name="cancellationToken">Gives up; a connection that is made after that is closed.</param>
    /// <returns>The connection, to be disposed last.</returns>
    /// <exception cref="RedisException">It does not answer.</exception>
    public static async Task<ConnectionMultiplexer> ConnectAsync(ClusterAddress address, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Task<ConnectionMultiplexer> connecting = ConnectionMultiplexer.ConnectAsync(Configuration(address));
        try
        {
            return await connecting.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException)
        {
            _ = CloseAsync(connecting);
            throw;
        }
    }

    /// <summary>The client's settings for a server.</summary>
    /// <param name="address">The server.</param>
    /// <returns>New settings.</returns>
    public static ConfigurationOptions Configuration(ClusterAddress address) => new()
    {
        EndPoints = { { address.Host, address.Port } },
        ClientName = "distconv",
        AbortOnConnectFail = true,
        ConnectTimeout = AttemptMilliseconds,
        ConnectRetry = 1,
    };

    private static async Task CloseAsync(Task<ConnectionMultiplexer> connecting)
    {
        try
        {
            await using ConnectionMultiplexer unwanted = await connecting;
        }
        catch (RedisException)
        {
            // It did not answer, and nobody waits for it.
        }
    }
}
