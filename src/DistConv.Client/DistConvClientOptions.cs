using DistConv.Client.Clusters;
using DistConv.Client.Security;
using DistConv.Core;

namespace DistConv.Client;

/// <summary>Where the jobs of a client are, and where it finds data sets.</summary>
public sealed class DistConvClientOptions
{
    /// <summary>The Redis server that keeps the cluster's list of silos: "redis://HOST:PORT". Null (the default): no cluster of its own.</summary>
    public string? Cluster { get; set; }

    /// <summary>The cluster among those that the server keeps. Default: "distconv".</summary>
    public string ClusterId { get; set; } = ClusterAddress.DefaultClusterId;

    /// <summary>The folder with this client's certificate, key and authority, as <c>distconv certs client</c> makes it, for a cluster whose connections have
    /// TLS. Null (the default): they have not.</summary>
    public string? CertificateDirectory { get; set; }

    /// <summary>A job store on this machine, which is read instead of a cluster: jobs can be looked at, paused and cancelled, but not started. Null (the
    /// default): none.</summary>
    public string? StoreDirectory { get; set; }

    /// <summary>How long to wait for a first silo. Default: 15 s, in which a cluster that was started at the same time is there.</summary>
    public TimeSpan StartPatience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Where data sets are; planning a job reads them.</summary>
    public DataOptions Data { get; set; } = new();

    /// <summary>The connection that these options describe.</summary>
    /// <param name="warn">Gets warnings, from any thread.</param>
    /// <returns>Null: they name no cluster.</returns>
    /// <exception cref="InvalidInputException">They contradict each other, or an address, an id or a certificate cannot be used.</exception>
    internal ClusterConnectionOptions? ToConnection(Action<string> warn)
    {
        if (Cluster is null) return null;
        if (StoreDirectory is not null) throw new InvalidInputException("Cluster and StoreDirectory exclude each other; set one of them");
        string id = ClusterAddress.ParseClusterId(ClusterId, nameof(ClusterId));
        return new ClusterConnectionOptions(ClusterAddress.Parse(Cluster, nameof(Cluster)), id)
        {
            StartPatience = StartPatience,
            Warn = warn,
            Tls = CertificateDirectory is null ? null : TlsFolder.OpenClient(CertificateDirectory, id, warn, TimeProvider.System),
        };
    }
}
