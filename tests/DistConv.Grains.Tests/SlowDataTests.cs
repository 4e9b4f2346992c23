using DistConv.Grains.Contracts;
using DistConv.Grains.Settings;
using DistConv.Grains.Workers;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using Microsoft.Extensions.Options;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>A silo whose data set opens when the test says so.</summary>
public sealed class SlowDataTests : IAsyncLifetime
{
    private readonly TinyJob _job = new();
    private readonly SlowOpener _opener;
    private readonly ReplicaHost _host;

    public SlowDataTests()
    {
        _opener = new SlowOpener(_job.Source);
        _host = new ReplicaHost(Options.Create(new DistConvOptions { StoreDirectory = _job.Store, Threads = 1, Catalog = new DataCatalog(_opener) }));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _opener.Dispose();
        _job.Dispose();
    }

    [Fact]
    public async Task JoinAsync_whileAnEarlierReplicaIsMade_saysSoInsteadOfWaiting()
    {
        Task<HostedReplica> preparing = _host.PrepareAsync(new PrepareRequest(TinyJob.Id, 1, null));

        BusyException e = await Assert.ThrowsAsync<BusyException>(() => _host.JoinAsync(Join(fence: 2)));

        Assert.Equal($"the silo on {Environment.MachineName} still reads the data of job 'tiny'; if it stays so, look at its disk", e.Message);
        _opener.Gate.Set();
        await preparing;
        Assert.Same(await preparing, await _host.JoinAsync(Join(fence: 2)));
    }

    [Fact]
    public async Task ReleaseAsync_whileTheReplicaIsMade_freesItWhenItIsThere()
    {
        Task<HostedReplica> preparing = _host.PrepareAsync(new PrepareRequest(TinyJob.Id, 1, null));
        await _opener.Opened.Task.WaitAsync(Token);

        await _host.ReleaseAsync(TinyJob.Id, 1);
        _opener.Gate.Set();

        await Assert.ThrowsAsync<FencedException>(() => preparing);
        Assert.Throws<InvalidOperationException>(() => _host[TinyJob.Id]);
    }

    private JoinRequest Join(long fence) => new(TinyJob.Id, fence, Protocol.Version, NumericsVersion.Current, _host.Store.Id);

    private sealed class SlowOpener(DataSource source) : IDataOpener, IDisposable
    {
        public ManualResetEventSlim Gate { get; } = new();

        public TaskCompletionSource Opened { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public DataSetName Name { get; } = new("slow", "opens when the test says so");

        public bool Knows(string name) => true;

        public DataSource Open(string name, string? dataDirectory, string cacheDirectory, Action<string>? note)
        {
            Opened.TrySetResult();
            Gate.Wait(Token);
            return source;
        }

        public void Dispose()
        {
            Gate.Set();
            Gate.Dispose();
        }
    }
}
