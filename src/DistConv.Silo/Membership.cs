using Orleans.Configuration;

namespace DistConv.Silo;

/// <summary>How silos notice that one of them has died.</summary>
internal static class Membership
{
    /// <summary>
    /// For silos on one machine, whose parent sees at once when one ends: probes only have to find one that hangs. So they wait long, since a machine at full
    /// load must not have its primary declared dead. (With the check of connections on, Orleans takes three times as long.)
    /// </summary>
    /// <param name="options">The settings.</param>
    public static void Configure(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(5);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(5);
        options.NumMissedProbesLimit = 3;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.EnableConnectionLivenessCheck = false;
    }

    /// <summary>
    /// For silos on several machines, where nothing but probes tells that one has died: declared dead after three missed probes, 2 s apart. What a job needs to
    /// know sooner, the silos tell each other (<see cref="Grains.Membership.SiloWatch"/>).
    /// </summary>
    /// <param name="options">The settings.</param>
    public static void ConfigureCluster(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.EnableConnectionLivenessCheck = false;
    }
}
