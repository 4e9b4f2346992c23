using DistConv.Grains.Membership;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class SiloWatchTests : IDisposable
{
    private readonly TinyJob _job = new();

    public void Dispose() => _job.Dispose();

    [Fact]
    public async Task Active_silentSilo_leavesAndReturns_andOneThatWasReportedStaysAway()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);
        SiloAddress here = cluster.Address(0), there = cluster.Address(1);
        SiloWatch watch = cluster.Hosts[0].Services.GetRequiredService<SiloWatch>();
        Task lost = watch.WhenLost(there);
        Assert.False(lost.IsCompleted);

        cluster.Cuts(0).Cut(there);
        await lost.WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        Assert.Equal([here], watch.Active);
        Assert.Equal(2, cluster.Watch(1).Active.Count); // The other direction is whole.

        cluster.Cuts(0).Heal(there);
        await SmallCluster.UntilAsync(() => watch.Active.Count == 2);
        Assert.Same(watch.Active, watch.Active);
        Task lostAgain = watch.WhenLost(there);
        Assert.False(lostAgain.IsCompleted);

        watch.Report(there);
        Assert.True(lostAgain.IsCompleted);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => cluster.Service(0, 1).Heartbeat()));
        Assert.Equal([here], watch.Active);
    }

    [Fact]
    public async Task Active_silosThatAnswer_staysTheSameObject()
    {
        await using SmallCluster cluster = await SmallCluster.StartAsync(_job, silos: 2);
        IReadOnlyList<SiloAddress> active = cluster.Watch(0).Active;

        for (int i = 0; i < 20; i++) await cluster.Service(0, 1).Heartbeat();

        Assert.Same(active, cluster.Watch(0).Active);
    }
}
