using DistConv.Grains.Contracts;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace DistConv.Grains.Addressing;

/// <summary>Finds workers by silo.</summary>
internal interface IWorkerClient : IGrainServiceClient<IWorkerService>
{
    /// <summary>The worker of a silo.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>A reference; nothing is called yet.</returns>
    IWorkerService On(SiloAddress silo);
}

/// <inheritdoc cref="IWorkerClient"/>
/// <param name="services">The silo's services.</param>
internal sealed class WorkerClient(IServiceProvider services) : GrainServiceClient<IWorkerService>(services), IWorkerClient
{
    /// <inheritdoc/>
    public IWorkerService On(SiloAddress silo) => GetGrainService(silo);
}
