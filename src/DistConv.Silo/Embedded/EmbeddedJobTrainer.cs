using DistConv.Client;
using DistConv.Client.Running;
using DistConv.Grains.Costs;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Silo.Embedded;

/// <summary>Trains through grains: this process is the cluster.</summary>
internal sealed class EmbeddedJobTrainer : IJobTrainer
{
    private readonly EmbeddedCluster _cluster;

    private EmbeddedJobTrainer(EmbeddedCluster cluster) => _cluster = cluster;

    /// <summary>What the silos have counted of the exchange of gradients.</summary>
    public CounterClient Counters => _cluster.Counters;

    /// <summary>Starts the cluster.</summary>
    public static async Task<EmbeddedJobTrainer> StartAsync(EmbeddedClusterOptions options, CancellationToken cancellation) =>
        new(await EmbeddedCluster.StartAsync(options, cancellation));

    /// <inheritdoc/>
    public Task StartAsync(JobFolder folder, TrainingPlan plan, RunOptions options) => _cluster.Jobs.StartAsync(folder.Id, options);

    /// <inheritdoc/>
    public Task<JobStatus> GetStatusAsync(string job) => _cluster.Jobs.GetStatusAsync(job);

    /// <inheritdoc/>
    public Task StopAsync(string job) => _cluster.Jobs.StopAsync(job);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _cluster.DisposeAsync();
}
