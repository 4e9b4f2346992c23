using DistConv.Client.Clusters;
using DistConv.Client.Hosting;
using DistConv.Client.Sources;
using DistConv.Core;
using Microsoft.Extensions.Logging;

namespace DistConv.Client;

/// <summary>Opens clients. <c>EmbeddedDistConv</c> in DistConv.Silo opens one that trains in this process.</summary>
public static class DistConvClient
{
    /// <summary>Connects to a cluster.</summary>
    /// <param name="options">Which one.</param>
    /// <param name="log">Gets warnings; null: nobody does.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The client, which the caller disposes. Its jobs go on without it.</returns>
    /// <exception cref="InvalidInputException">The options name no cluster, or it runs another build of DistConv.</exception>
    /// <exception cref="ClusterUnavailableException">The cluster does not answer.</exception>
    public static async Task<IDistConvClient> ConnectAsync(DistConvClientOptions options, ILoggerFactory? log = null, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        Action<string> warn = ClientLog.To(log);
        ClusterConnectionOptions connection = options.ToConnection(warn)
            ?? throw new InvalidInputException("the options name no cluster: set Cluster to redis://HOST:PORT");
        ClusterConnection cluster = await ClusterConnection.OpenAsync(connection, ct);
        return new SourceClient(new ClusterSource(cluster.Jobs, cluster, warn, connection.Time), options.Data, connection.Time);
    }

    /// <summary>Opens a job store on this machine, to look at its jobs, pause and cancel them. Nothing trains through this client.</summary>
    /// <param name="directory">The store.</param>
    /// <param name="data">Where data sets are; null: the user's cache.</param>
    /// <returns>The client.</returns>
    public static IDistConvClient OpenStore(string directory, DataOptions? data = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        DataOptions options = data ?? new DataOptions();
        return new SourceClient(new StoreSource(directory, options, TimeProvider.System), options, TimeProvider.System);
    }
}
