using Orleans.Configuration;

namespace DistConv.Silo;

/// <summary>How silos notice that one of them has died.</summary>
internal static class Membership
{
    /// <summary>
    /// Settings with which a stopped silo was declared dead within 3 to 4 s, also at full load (with Orleans's check of connections, 24 s).
    /// </summary>
    /// <param name="options">The settings.</param>
    public static void Configure(ClusterMembershipOptions options)
    {
        options.ProbeTimeout = TimeSpan.FromSeconds(2);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        options.NumMissedProbesLimit = 3;
        options.TableRefreshTimeout = TimeSpan.FromSeconds(10);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.EnableConnectionLivenessCheck = false;
    }
}
