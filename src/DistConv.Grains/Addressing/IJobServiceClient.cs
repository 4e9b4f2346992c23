using DistConv.Grains.Contracts;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace DistConv.Grains.Addressing;

/// <summary>Finds job services by silo.</summary>
internal interface IJobServiceClient : IGrainServiceClient<IJobService>
{
    /// <summary>The job service of a silo.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>A reference; nothing is called yet.</returns>
    IJobService On(SiloAddress silo);
}

/// <inheritdoc cref="IJobServiceClient"/>
/// <param name="services">The silo's services.</param>
internal sealed class JobServiceClient(IServiceProvider services) : GrainServiceClient<IJobService>(services), IJobServiceClient
{
    /// <inheritdoc/>
    public IJobService On(SiloAddress silo) => GetGrainService(silo);
}
