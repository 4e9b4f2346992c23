using DistConv.Client.Clusters;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Grains.Contracts;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DistConv.Client.Hosting;

/// <summary>Gives a host an <see cref="IDistConvClient"/>.</summary>
public static class DistConvClientServiceCollectionExtensions
{
    /// <summary>
    /// Adds <see cref="IDistConvClient"/> as a singleton: of the cluster that the options name (the host then connects to it when it starts), of the store that
    /// they name, or, without either, of the cluster to which the host's own Orleans silo or client belongs.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Sets the options; null: none.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="InvalidInputException">An option is wrong; the message names it.</exception>
    public static IServiceCollection AddDistConvClient(this IServiceCollection services, Action<DistConvClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        DistConvClientOptions options = new();
        configure?.Invoke(options);
        ClusterConnectionOptions? connection = options.ToConnection(static _ => { }); // There is no logger yet.
        services.TryAddSingleton(TimeProvider.System);
        if (options.StoreDirectory is { } directory)
        {
            services.AddSingleton<IDistConvClient>(
                provider => Client(provider, options, new StoreSource(directory, options.Data, provider.GetRequiredService<TimeProvider>())));
            return services;
        }

        string name = "the host's cluster";
        if (connection is not null)
        {
            name = connection.Name;
            services.AddOrleansClient(client => ClusterConnection.Configure(client, connection));
        }

        services.AddSingleton<IDistConvClient>(provider =>
        {
            IGrainFactory grains = provider.GetRequiredService<IGrainFactory>();
            Action<string> warn = ClientLog.To(provider.GetService<ILoggerFactory>());
            TimeProvider time = provider.GetRequiredService<TimeProvider>();
            ClusterJobs jobs = new(key => grains.GetGrain<IJobsGrain>(key), name, time) { Warn = warn };
            return Client(provider, options, new ClusterSource(jobs, null, warn, time));
        });
        return services;
    }

    private static SourceClient Client(IServiceProvider provider, DistConvClientOptions options, IJobSource source) =>
        new SourceClient(source, options.Data, provider.GetRequiredService<TimeProvider>());
}
