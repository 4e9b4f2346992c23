using System.Net;
using System.Net.Sockets;
using DistConv.Core.Models;
using DistConv.Grains.Hosting;
using DistConv.Grains.Jobs;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Two silos with a connection between them: gradients really travel as bytes.</summary>
public sealed class TwoSiloTests : IDisposable
{
    private TinyJob _job = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _job.Dispose();

    /// <summary>As it is, and with everything that a job may have beside its optimizer: a warm-up, a cosine, clipping, validation; then with batch
    /// normalisation, and with frozen layers, penalties and constraints.</summary>
    [Theory]
    [InlineData(false, TinyJob.Model)]
    [InlineData(true, TinyJob.Model)]
    [InlineData(true, TinyJob.Normed)]
    [InlineData(true, TinyJob.Ruled)]
    public async Task StartAsync_two_silos_give_the_weights_of_LocalTrainer(bool everySetting, string model)
    {
        if (everySetting)
        {
            _job.Dispose();
            _job = new TinyJob(change: spec => spec with
            {
                ModelJson = ModelSpec.Parse(model, "tiny").ToJson(),
                ClipNorm = 0.1f,
                Schedule = new ScheduleSpec("cosine", WarmupSteps: 3),
                Samples = 45,
                ValidationSamples = 8,
                EarlyStopPatience = 3,
            });
        }

        JobStatus local = await _job.TrainLocallyAsync();
        int primary = FreePort();
        using IHost first = Build(primary, primary), second = Build(FreePort(), primary);
        await first.StartAsync(Token);
        await second.StartAsync(Token);
        await BothAreActiveAsync(first);
        await BothAreActiveAsync(second);

        JobClient jobs = first.Services.GetRequiredService<JobClient>();
        await jobs.StartAsync(TinyJob.Id, new RunOptions(StopAt: 5));
        JobStatus stopped = await jobs.WaitAsync();
        await jobs.StartAsync(TinyJob.Id, new RunOptions());
        JobStatus status = await jobs.WaitAsync();

        Assert.Null(status.Message);
        Assert.Equal(JobState.Stopped, stopped.State);
        Assert.Equal((JobState.Done, local.WeightsDigest), (status.State, status.WeightsDigest));
        Assert.Equal(local.LearningRate, status.LearningRate);
        Assert.Equal(local.Epochs.Select(epoch => epoch with { Seconds = 0 }), status.Epochs.Select(epoch => epoch with { Seconds = 0 }));
        Assert.Equal([0, 1, 2, 3], status.Silos.SelectMany(silo => silo.Shards));
        Assert.Equal(2, status.Silos.Count);
        Assert.True(status.ExchangedBytes > 0);
        await second.StopAsync(Token);
        await first.StopAsync(Token);
    }

    private static async Task BothAreActiveAsync(IHost host)
    {
        IClusterMembershipService membership = host.Services.GetRequiredService<IClusterMembershipService>();
        await foreach (ClusterMembershipSnapshot snapshot in membership.MembershipUpdates.WithCancellation(Token))
        {
            if (snapshot.Members.Values.Count(member => member.Status == Orleans.Runtime.SiloStatus.Active) == 2) return;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private IHost Build(int port, int primary)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleans(silo =>
        {
            string id = $"distconv-test-{primary}";
            silo.UseLocalhostClustering(port, gatewayPort: 0, new IPEndPoint(IPAddress.Loopback, primary), id, id);
            silo.AddDistConv(options =>
            {
                options.StoreDirectory = _job.Store;
                options.DataDirectory = _job.Data;
                options.Threads = 1;
                options.Kernel = port == primary ? "scalar" : null;
            });
        });
        return builder.Build();
    }
}
