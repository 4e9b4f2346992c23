using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;

namespace DistConv.Grains.Costs;

/// <summary>Reads what the silos of a cluster have counted of the exchange of gradients. Only the services of a silo have it.</summary>
public sealed class CounterClient
{
    private readonly IWorkerClient _workers;
    private readonly IClusterMembershipService _membership;
    private readonly ILocalSiloDetails _local;

    internal CounterClient(IWorkerClient workers, IClusterMembershipService membership, ILocalSiloDetails local) =>
        (_workers, _membership, _local) = (workers, membership, local);

    /// <summary>Asks all active silos.</summary>
    /// <returns>Their counters, those of this process first, the others in the order of their addresses.</returns>
    public async Task<IReadOnlyList<ExchangeCounters>> ReadAsync()
    {
        IEnumerable<SiloAddress> active = _membership.CurrentSnapshot.Members.Values.Where(member => member.Status == SiloStatus.Active)
            .Select(member => member.SiloAddress);
        SiloAddress[] silos = [.. active.OrderByDescending(silo => silo.Equals(_local.SiloAddress)).ThenBy(silo => silo)];
        return await Task.WhenAll(silos.Select(silo => _workers.On(silo).ReadCounters()));
    }
}
