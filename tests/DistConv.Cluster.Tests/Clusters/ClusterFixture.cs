using DistConv.Chaos.Harness;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cluster.Tests.Clusters;

/// <summary>Three silos with a Redis of their own, started once for all tests on a cluster, which run one after another.</summary>
public sealed class ClusterFixture : IAsyncLifetime
{
    /// <summary>The time within which anything has to happen: far more than it takes, since the machine may be busy.</summary>
    internal static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Steps between two snapshots.</summary>
    internal const long SnapshotEvery = 10;

    private const int Silos = 3;

    private readonly TemporaryFolder _folder = new();
    private RealCluster? _cluster;

    internal RealCluster Cluster
    {
        get
        {
            Assert.SkipWhen(OperatingSystem.IsWindows(), "signals are those of Linux and macOS");
            return _cluster!;
        }
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsWindows()) _cluster = await RealCluster.StartAsync(_folder.FullPath, Silos, new Fabric(), ownVolume: false, Token);
    }

    public async ValueTask DisposeAsync()
    {
        if (_cluster is not null) await _cluster.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Starts a job without an end, in which all silos take part.</summary>
    internal async Task<ClusterJob> StartAsync(string id, JobRecipe? recipe = null, long snapshotEvery = SnapshotEvery)
    {
        ClusterJob job = await Cluster.SubmitAsync(id, recipe ?? JobRecipe.Tiny, JobRecipe.Endless, snapshotEvery, Token);
        await Cluster.UntilAllTakePartAsync(job, Bound, Token);
        return job;
    }

    /// <summary>Starts silos in place of those that were lost for good.</summary>
    internal async Task RefillAsync()
    {
        while (Cluster.Silos.Count < Silos) await (await Cluster.AddAsync()).ReadyAsync(Bound, Token);
    }

    /// <summary>Waits for a step that was completed after something was done to the cluster.</summary>
    internal static Task<SeenStep> NextStepAsync(ClusterJob job, StepMark mark) => job.Observer.NextAsync(mark, Bound, Token);

    /// <summary>The job ends with the weights of the quiet run to the same step, every file of it verifies, and its log has each step once.</summary>
    internal async Task AssertQuietAsync(ClusterJob job) => Assert.Empty(await Cluster.PauseAndCheckAsync(job, Token));
}
