using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime.Services;
using Orleans.Services;

namespace DistConv.Grains.Addressing;

/// <summary>Finds workers by silo.</summary>
internal interface IWorkerClient : IGrainServiceClient<IWorkerService>
{
    /// <summary>The worker of a silo. What is too large for a message to another silo travels in chunks.</summary>
    /// <param name="silo">The silo.</param>
    /// <returns>A reference; nothing is called yet.</returns>
    IWorkerService On(SiloAddress silo);
}

/// <inheritdoc cref="IWorkerClient"/>
/// <param name="services">The silo's services.</param>
/// <param name="local">This silo.</param>
/// <param name="options">This silo's settings.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told when another silo does not answer.</param>
internal sealed class WorkerClient(
    IServiceProvider services, ILocalSiloDetails local, IOptions<DistConvOptions> options, TimeProvider time, ILogger<WorkerClient> logger)
    : GrainServiceClient<IWorkerService>(services), IWorkerClient
{
    /// <inheritdoc/>
    public IWorkerService On(SiloAddress silo) => silo.Equals(local.SiloAddress)
        ? GetGrainService(silo)
        : new ChunkedWorker(
            GetGrainService(silo), options.Value.MaxMessageBytes, (job, seconds) => Log.AsksAgain(logger, job, silo.Endpoint.ToString(), seconds), time);
}
