using System.Net;
using DistConv.Grains.Contracts;
using DistConv.Grains.Hosting;
using DistConv.Grains.Jobs;
using DistConv.Grains.Settings;
using DistConv.Silo;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class AddDistConvTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task AddDistConv_withoutSettings_startsASiloThatKnowsPictures()
    {
        using IHost host = Build(null);
        await host.StartAsync(Token);

        DistConvOptions options = host.Services.GetRequiredService<IOptions<DistConvOptions>>().Value;
        Assert.Contains("images:DIR", options.Catalog.Names.Select(name => name.Name));
        Assert.Equal(("distconv-jobs", Environment.ProcessorCount), (options.StoreDirectory, options.Threads));
        Assert.NotNull(host.Services.GetRequiredService<JobClient>());
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddDistConv_settingsThatAreWrong_areAllToldAtTheStart()
    {
        using IHost host = Build(options => (options.StoreDirectory, options.DataDirectory, options.Threads, options.Kernel) = (" ", "", 0, "fastest"));

        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));

        Assert.Equal(4, e.Failures.Count());
        Assert.Equal("DistConvOptions.StoreDirectory is empty: give the folder of the job store", e.Failures.First());
        Assert.Contains("DistConvOptions.Threads is 0: give 1 to 1,024", e.Message, StringComparison.Ordinal);
        Assert.Contains("DistConvOptions.Kernel is 'fastest': ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    /// <summary>Through a gateway its calls would reach silos that do not coordinate the job.</summary>
    [Fact]
    public void JobClient_outsideOfASilo_cannotBeMade()
    {
        Assert.Empty(typeof(JobClient).GetConstructors());
        Assert.False(typeof(ICoordinatorGrain).IsPublic);
    }

    private static IHost Build(Action<DistConvOptions>? configure)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo =>
        {
            using LoopbackPort port = LoopbackPort.Keep(0);
            string id = $"distconv-test-{port.Number}";
            silo.UseLocalhostClustering(port.Number, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, port.Number), id, id);
            if (configure is null) silo.AddDistConv();
            else silo.AddDistConv(configure);
        });
        return builder.Build();
    }
}
