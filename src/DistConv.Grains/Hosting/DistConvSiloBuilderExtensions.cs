using DistConv.Grains.Access;
using DistConv.Grains.Addressing;
using DistConv.Grains.Coordination;
using DistConv.Grains.Costs;
using DistConv.Grains.Exchange;
using DistConv.Grains.Exchange.Lane;
using DistConv.Grains.Jobs;
using DistConv.Grains.Membership;
using DistConv.Grains.Settings;
using DistConv.Grains.Workers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;

namespace DistConv.Grains.Hosting;

/// <summary>Makes a silo of any Orleans host one that trains.</summary>
public static class DistConvSiloBuilderExtensions
{
    /// <summary>Adds grains, worker service, codecs and what they need. The settings are checked when the host starts.</summary>
    /// <param name="builder">The silo.</param>
    /// <param name="configure">Sets store, data folder, threads and kernel set; null: the defaults of <see cref="DistConvOptions"/>.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static ISiloBuilder AddDistConv(this ISiloBuilder builder, Action<DistConvOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        OptionsBuilder<DistConvOptions> options = builder.Services.AddOptions<DistConvOptions>().ValidateOnStart();
        if (configure is not null) options.Configure(configure);
        builder.Services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<DistConvOptions>, DistConvOptionsCheck>());
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.AddGrainDirectory(LocalGrainDirectory.Name, static (_, _) => new LocalGrainDirectory());
        builder.Services.AddSingleton<ReplicaHost>();
        builder.Services.AddSingleton<RunningJobs>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<RunningJobs>());
        builder.Services.AddSingleton<IJobServiceClient, JobServiceClient>();
        builder.Services.AddSingleton(static services => new SiloWatch(
            services.GetRequiredService<IClusterMembershipService>(),
            services.GetRequiredService<ILocalSiloDetails>(),
            new Lazy<IJobServiceClient>(services.GetRequiredService<IJobServiceClient>)));
        builder.Services.AddSingleton<ISiloWatch>(services => services.GetRequiredService<SiloWatch>());
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<SiloWatch>());
        builder.Services.AddSingleton<IWorkerClient, WorkerClient>();
        builder.Services.AddSingleton<SiloExchange>();
        builder.Services.AddSingleton(static services => new JobClient(services.GetRequiredService<IGrainFactory>()));
        builder.Services.AddSingleton(static services => new CounterClient(
            services.GetRequiredService<IWorkerClient>(), services.GetRequiredService<IClusterMembershipService>(),
            services.GetRequiredService<ILocalSiloDetails>()));
        builder.Services.AddSingleton(static services => new SiloHeartbeat(
            services.GetRequiredService<ReplicaHost>(), services.GetRequiredService<RunningJobs>(), services.GetRequiredService<IGrainFactory>()));
        builder.Services.AddSingleton(static services => new LaneListener(LaneSettings.From(
            services.GetRequiredService<IOptions<DistConvOptions>>().Value, services.GetRequiredService<ILocalSiloDetails>().SiloAddress.Endpoint.Address)));
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<LaneListener>());
        builder.AddGrainService<WorkerService>();
        builder.AddGrainService<JobService>();
        builder.Services.AddSingleton<CoordinatorFailover>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<CoordinatorFailover>());
        builder.Services.AddSingleton<SiloMetrics>();
        builder.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(services => services.GetRequiredService<SiloMetrics>());
        builder.Services.AddDistConvExceptions();
        builder.Services.AddSingleton<ConnectedClients>();
        builder.Services.AddSingleton<OwnCalls>();
        builder.Services.AddSingleton<IOutgoingGrainCallFilter>(services => services.GetRequiredService<OwnCalls>());
        builder.AddIncomingGrainCallFilter<ClientCallFilter>();

        // One connection between two silos is a queue: probes must not wait behind gradients.
        builder.Services.Configure<ConnectionOptions>(options => options.ConnectionsPerEndpoint = 4);
        return builder;
    }

    /// <summary>Lets DistConv's own exceptions arrive as what they are, so that a caller tells a wrong input from a lost fence; for silos and for
    /// cluster clients.</summary>
    /// <param name="services">The services of the silo or client.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddDistConvExceptions(this IServiceCollection services) =>
        services.Configure<ExceptionSerializationOptions>(options => options.SupportedNamespacePrefixes.Add(nameof(DistConv)));
}
