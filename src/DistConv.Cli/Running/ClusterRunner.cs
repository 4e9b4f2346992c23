using DistConv.Silo.Embedded;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Cli.Running;

/// <summary>Trains through grains: this process is the cluster.</summary>
internal sealed class ClusterRunner : IJobRunner
{
    private readonly EmbeddedCluster _cluster;

    private ClusterRunner(EmbeddedCluster cluster) => _cluster = cluster;

    /// <summary>Starts the cluster.</summary>
    public static async Task<IJobRunner> StartAsync(EmbeddedClusterOptions options, CancellationToken cancellation) =>
        new ClusterRunner(await EmbeddedCluster.StartAsync(options, cancellation));

    /// <inheritdoc/>
    public Task StartAsync(string job, RunOptions options) => _cluster.Jobs.StartAsync(job, options);

    /// <inheritdoc/>
    public Task<JobStatus> GetStatusAsync(string job) => _cluster.Jobs.GetStatusAsync(job);

    /// <inheritdoc/>
    public Task StopAsync(string job) => _cluster.Jobs.StopAsync(job);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
