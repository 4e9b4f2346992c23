namespace DistConv.Client.Clusters;

/// <summary>Lets a client try for a while to find a first silo: silos that have just been started take a moment.</summary>
/// <param name="options">Which cluster, and for how long.</param>
internal sealed class StartRetry(ClusterConnectionOptions options) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(500);

    private readonly long _start = options.Time.GetTimestamp();
    private bool _told;

    /// <inheritdoc/>
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not OrleansException || options.Time.GetElapsedTime(_start) >= options.StartPatience) return false;
        if (!_told) options.Warn($"no silo answers in {options.Name} yet; waiting for one, {options.StartPatience.TotalSeconds:0} s at most");
        _told = true;
        await Task.Delay(_pause, options.Time, cancellationToken);
        return true;
    }
}
