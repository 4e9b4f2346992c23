using System.Net;
using DistConv.Client.Clusters;
using DistConv.Grains.Access;
using DistConv.Grains.Hosting;
using DistConv.Silo.Security;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Configuration;
using StackExchange.Redis;

namespace DistConv.Silo.Cluster;

/// <content>How its host is put together.</content>
public sealed partial class ClusterSilo
{
    private IHost Build(IPEndPoint listen, IPEndPoint gateway, ConnectionMultiplexer redis)
    {
        // No defaults: what reaches a silo is in its options.
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.Configure<HostOptions>(static host => host.ShutdownTimeout = _stopPatience);
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddProvider(new LineLoggerProvider(_options.Warn));
        builder.Logging.AddProvider(new AuditLoggerProvider(_options.Say)).AddFilter(ConnectedClients.AuditCategory, LogLevel.Information);

        // Orleans tells at length what it meets when a silo dies. What concerns a job is told in the job's words.
        builder.Logging.AddFilter("Orleans", LogLevel.Critical).AddFilter("Polly", LogLevel.Critical);
        builder.UseOrleans(silo =>
        {
            silo.UseRedisClustering(membership =>
            {
                membership.ConfigurationOptions = RedisConnection.Configuration(Cluster);
                membership.CreateMultiplexer = _ => Task.FromResult<(IConnectionMultiplexer, bool)>((redis, true));
            });
            silo.Configure<ClusterOptions>(cluster => (cluster.ServiceId, cluster.ClusterId) = (ClusterAddress.ServiceId, _options.ClusterId));
            silo.Configure<EndpointOptions>(endpoints =>
            {
                endpoints.AdvertisedIPAddress = Address.Address;
                endpoints.SiloPort = Address.Port;
                endpoints.GatewayPort = gateway.Port;
                endpoints.SiloListeningEndpoint = listen;
                endpoints.GatewayListeningEndpoint = gateway;
            });
            if (_tls is { } tls) SiloTls.Add(silo, tls, _options.Warn);
            silo.Configure<ClusterMembershipOptions>(Membership.ConfigureCluster);
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(new JoinLock(redis, _options.ClusterId));
            silo.Services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>>(_drain);
            silo.Services.AddSingleton<IFatalErrorHandler>(new FatalErrors(_options.Warn, Environment.Exit));
            silo.AddDistConv(distConv =>
            {
                distConv.StoreDirectory = _options.StoreDirectory;
                distConv.DataDirectory = _options.DataDirectory;
                distConv.DataMemoryBytes = _options.DataMemoryBytes;
                distConv.Threads = _options.Threads;
                distConv.KeepsJobs = true;
                distConv.ClientsReachJobsOnly = true;
                distConv.BulkAddress = _options.BulkAddress ?? listen.Address;
                distConv.BulkPort = _options.BulkPort;
                distConv.AdvertisedBulkAddress = _options.AdvertisedBulkAddress ?? (_options.BulkAddress is null ? Address.Address : null);
                distConv.AdvertisedBulkPort = _options.AdvertisedBulkPort;
                distConv.SealsFrames = _tls is not null;
                distConv.ClusterSecret = _tls?.Current.Secret;
            });
        });
        return builder.Build();
    }
}
