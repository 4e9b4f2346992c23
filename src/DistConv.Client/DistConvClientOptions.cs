using DistConv.Client.Clusters;

namespace DistConv.Client;

/// <summary>Where the jobs of a client are, and where it finds data sets.</summary>
public sealed class DistConvClientOptions
{
    /// <summary>The Redis server that keeps the cluster's list of silos: "redis://HOST:PORT". Null (the default): no cluster of its own.</summary>
    public string? Cluster { get; set; }

    /// <summary>The cluster among those that the server keeps. Default: "distconv".</summary>
    public string ClusterId { get; set; } = ClusterAddress.DefaultClusterId;

    /// <summary>A job store on this machine, which is read instead of a cluster: jobs can be looked at, paused and cancelled, but not started. Null (the
    /// default): none.</summary>
    public string? StoreDirectory { get; set; }

    /// <summary>How long to wait for a first silo. Default: 15 s, in which a cluster that was started at the same time is there.</summary>
    public TimeSpan StartPatience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Where data sets are; planning a job reads them.</summary>
    public DataOptions Data { get; set; } = new();
}
