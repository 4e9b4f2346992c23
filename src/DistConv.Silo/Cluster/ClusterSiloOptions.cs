using System.Net;
using DistConv.Client.Clusters;
using DistConv.Silo.Exporters;

namespace DistConv.Silo.Cluster;

/// <summary>Settings of one silo of a cluster of machines.</summary>
/// <param name="Cluster">The server that keeps the membership; not used if this silo hosts the membership itself.</param>
/// <param name="StoreDirectory">The job store, shared by all silos; created if it is not there.</param>
/// <param name="Threads">Compute threads, 1 to 1,024.</param>
public sealed record ClusterSiloOptions(ClusterAddress Cluster, string StoreDirectory, int Threads)
{
    /// <summary>The cluster among those that the server keeps. Default: <see cref="ClusterAddress.DefaultClusterId"/>.</summary>
    public string ClusterId { get; init; } = ClusterAddress.DefaultClusterId;

    /// <summary>Where this silo hosts the membership, so that no Redis server is needed; port 0: a free one; null (the default): it does not.</summary>
    public IPEndPoint? HostMembership { get; init; }

    /// <summary>Where it listens for other silos; port 0: a free one. Default: all addresses, port 11111.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Any, 11111);

    /// <summary>Where others reach it; null: at the address that it listens on or, when that is all of them, at the one from which it reaches Redis.</summary>
    public IPAddress? AdvertisedAddress { get; init; }

    /// <summary>The port at which other silos reach it; null (the default): the one that it listens on.</summary>
    public int? AdvertisedPort { get; init; }

    /// <summary>The address on which it receives gradients from other silos; null (the default): the one of <see cref="Listen"/>.</summary>
    public IPAddress? BulkAddress { get; init; }

    /// <summary>The port on which it does. Default: 0, any free port, from the first job on that needs one.</summary>
    public int BulkPort { get; init; }

    /// <summary>The address at which other silos reach <see cref="BulkAddress"/>; null (the default): the same if it is given and is one address, else the one
    /// at which they reach the silo.</summary>
    public IPAddress? AdvertisedBulkAddress { get; init; }

    /// <summary>The port at which other silos reach <see cref="BulkPort"/>; null (the default): the one that it listens on.</summary>
    public int? AdvertisedBulkPort { get; init; }

    /// <summary>The port for clients, on the address of <see cref="Listen"/>; 0: a free one. Default: 30000.</summary>
    public int GatewayPort { get; init; } = 30000;

    /// <summary>The folder with this silo's certificate, key and authorities, as <c>distconv certs silo</c> makes it; null (the default): connections have no
    /// TLS, and whoever reaches a port is believed.</summary>
    public string? CertificateDirectory { get; init; }

    /// <summary>Where health is served; port 0: a free one; null (the default): nowhere.</summary>
    public IPEndPoint? Health { get; init; }

    /// <summary>Where metrics and traces go; null (the default): nowhere. Prometheus finds them at <see cref="Health"/>.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>The folder with data sets; null: the one that a job was started with, then the cache. A silo never downloads.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>The most memory that the pictures of one data set may take, in bytes; those of a larger folder stay in the cache file and are read by
    /// position. Null (the default): a quarter of the process's memory. It changes no bit.</summary>
    public long? DataMemoryBytes { get; init; }

    /// <summary>Where warnings and errors go, one line at a time, from any thread. Default: standard error.</summary>
    public Action<string> Warn { get; init; } = static line => Console.Error.WriteLine($"warning: {line}");

    /// <summary>Where news go that are no warnings, likewise. Default: standard error.</summary>
    public Action<string> Say { get; init; } = Console.Error.WriteLine;
}
