using System.Net;
using System.Net.Sockets;
using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange.Lane;
using DistConv.Grains.Hosting;
using DistConv.Grains.Jobs;
using DistConv.Grains.Settings;
using DistConv.Silo;
using DistConv.Tests.Shared;
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

    [Fact]
    public async Task AddDistConv_bulkPortChosen_isTakenAtTheStartAndTwiceRefused()
    {
        int port = FreePort.Next();
        using IHost host = Build(options => options.BulkPort = port);
        await host.StartAsync(Token);

        using (TcpClient peer = new()) await peer.ConnectAsync(IPAddress.Loopback, port, Token);
        using IHost second = Build(options => options.BulkPort = port);
        InvalidInputException e = await Assert.ThrowsAsync<InvalidInputException>(() => second.StartAsync(Token));
        Assert.StartsWith($"gradients cannot be received on 127.0.0.1:{port} (", e.Message, StringComparison.Ordinal);
        Assert.EndsWith("): set another bulk address or bulk port", e.Message, StringComparison.Ordinal);
        await host.StopAsync(Token);
    }

    [Fact]
    public async Task AddDistConv_bulkSettingsThatAreWrong_areAllToldAtTheStart()
    {
        using IHost host = Build(options =>
            (options.BulkPort, options.AdvertisedBulkPort, options.AdvertisedBulkAddress) = (70_000, 0, IPAddress.IPv6Any));
        OptionsValidationException e = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Equal(
            [
                "DistConvOptions.BulkPort is 70000: give 1 to 65,535, or 0 for any free port",
                "DistConvOptions.AdvertisedBulkPort is 0: give 1 to 65,535, or null",
                "DistConvOptions.AdvertisedBulkAddress is '::': other silos cannot connect to it; give this machine's address, or null",
            ],
            e.Failures);
    }

    [Theory]
    [InlineData(null, null, null, "10.0.0.3:0", "10.0.0.3", null)]
    [InlineData("0.0.0.0", null, 7, "0.0.0.0:0", "10.0.0.3", 7)]
    [InlineData("10.1.0.3", null, null, "10.1.0.3:0", "10.1.0.3", null)]
    [InlineData("::", "192.0.2.1", null, "[::]:0", "192.0.2.1", null)]
    public void BulkAddresses_notGiven_followTheSilo(string? listen, string? advertised, int? port, string listens, string isReached, int? atPort)
    {
        DistConvOptions options = new()
        {
            BulkAddress = listen is null ? null : IPAddress.Parse(listen),
            AdvertisedBulkAddress = advertised is null ? null : IPAddress.Parse(advertised),
            AdvertisedBulkPort = port,
        };
        LaneSettings settings = LaneSettings.From(options, IPAddress.Parse("10.0.0.3"));
        Assert.Equal((IPEndPoint.Parse(listens), IPAddress.Parse(isReached), atPort), (settings.Listen, settings.AdvertisedAddress, settings.AdvertisedPort));
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
