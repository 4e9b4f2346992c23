using DistConv.Client.Clusters;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace DistConv.Client.Tests.Clusters;

/// <summary>Taking leave of a cluster.</summary>
public sealed class ClusterConnectionTests
{
    [Fact]
    public async Task Stop_hostThatDoesNotEndInTime_isGivenUpWithoutAnError()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        Endless endless = new();
        builder.Services.AddSingleton<IHostedService>(endless);
        using IHost host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        await ClusterConnection.StopAsync(host, TimeSpan.FromMilliseconds(1));
        Assert.True(endless.WasGivenUp);
    }

    /// <summary>Ends as Orleans's client does when no silo answers: when it is told that time is over.</summary>
    private sealed class Endless : IHostedService
    {
        public bool WasGivenUp { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            try
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            finally
            {
                WasGivenUp = true;
            }
        }
    }
}
