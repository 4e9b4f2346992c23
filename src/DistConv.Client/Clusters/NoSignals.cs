using Microsoft.Extensions.Hosting;

namespace DistConv.Client.Clusters;

/// <summary>The process decides what an interrupt means (a snapshot first), not the host.</summary>
internal sealed class NoSignals : IHostLifetime
{
    /// <inheritdoc/>
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
