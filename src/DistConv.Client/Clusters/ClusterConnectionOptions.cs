using DistConv.Client.Security;

namespace DistConv.Client.Clusters;

/// <summary>Which cluster a client means.</summary>
/// <param name="Address">The Redis server that keeps its membership.</param>
/// <param name="ClusterId">The cluster among those that the server keeps.</param>
public sealed record ClusterConnectionOptions(ClusterAddress Address, string ClusterId)
{
    /// <summary>How long to wait for a first silo. Default: 15 s, in which a cluster that was started at the same time is there.</summary>
    public TimeSpan StartPatience { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Where one-line warnings go, from any thread. Default: nowhere.</summary>
    public Action<string> Warn { get; init; } = static _ => { };

    /// <summary>What this client shows to silos, and whom it believes; null (the default): connections have no TLS.</summary>
    public TlsFolder? Tls { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>The cluster in messages.</summary>
    internal string Name => $"cluster '{ClusterId}' at {Address}";
}
