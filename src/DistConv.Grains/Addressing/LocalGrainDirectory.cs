using System.Collections.Concurrent;
using Orleans.GrainDirectory;

namespace DistConv.Grains.Addressing;

/// <summary>
/// A directory of this silo's own activations, for grains that are called from their own silo only. Orleans's own directory is spread over the silos: while the
/// one that keeps a grain's entry is dead and not yet declared so, nobody finds that grain, although it lives here.
/// Stateless workers need it, too: Orleans looks them up before it activates the first one.
/// </summary>
internal sealed class LocalGrainDirectory : IGrainDirectory
{
    /// <summary>The name in <see cref="GrainDirectoryAttribute"/>.</summary>
    public const string Name = "distconv-local";

    private readonly ConcurrentDictionary<GrainId, GrainAddress> _entries = new();

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(_entries.GetOrAdd(address.GrainId, address));

    /// <inheritdoc/>
    public Task<GrainAddress?> Register(GrainAddress address, GrainAddress? previousAddress)
    {
        if (previousAddress is null) return Register(address);
        return Task.FromResult<GrainAddress?>(_entries.AddOrUpdate(
            address.GrainId, address, (_, there) => there.Matches(previousAddress) ? address : there));
    }

    /// <inheritdoc/>
    public Task Unregister(GrainAddress address)
    {
        if (_entries.TryGetValue(address.GrainId, out GrainAddress? there) && there.Matches(address))
            _entries.TryRemove(KeyValuePair.Create(address.GrainId, there));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(_entries.GetValueOrDefault(grainId));

    /// <inheritdoc/>
    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask; // Its own silo's entries end with it, and there are no others.
}
