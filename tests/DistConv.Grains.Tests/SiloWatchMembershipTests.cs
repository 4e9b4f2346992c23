using System.Collections.Immutable;
using System.Net;
using System.Threading.Channels;
using DistConv.Grains.Addressing;
using DistConv.Grains.Contracts;
using DistConv.Grains.Membership;
using DistConv.Training.Jobs;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>What a <see cref="SiloWatch"/> makes of a membership table that loses its rows, as a Redis server that comes back without its data does.</summary>
public sealed class SiloWatchMembershipTests : IAsyncDisposable
{
    private static readonly SiloAddress _here = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 1), 1);
    private static readonly SiloAddress _there = SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 2), 1);

    private readonly Membership _membership = new();
    private readonly Heartbeats _heartbeats = new();
    private readonly SiloLifecycleSubject _lifecycle = new(NullLogger<SiloLifecycleSubject>.Instance);
    private readonly SiloWatch _watch;

    public SiloWatchMembershipTests()
    {
        _watch = new SiloWatch(_membership, new Here(), new Lazy<IJobServiceClient>(_heartbeats));
        _watch.Participate(_lifecycle);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _lifecycle.OnStop(CancellationToken.None);
        _watch.Dispose();
    }

    [Fact]
    public async Task WhenLost_siloThatTheTableForgets_completesWhenItAnswersNoMore_andItReturns()
    {
        _membership.Publish(_here, _there);
        await _lifecycle.OnStart(Token);
        await _heartbeats.AnsweredAsync();
        Task lost = _watch.WhenLost(_there);

        _membership.Publish(_here);
        await _heartbeats.AnsweredAsync();
        Assert.Equal([_here], _watch.Active);
        Assert.False(lost.IsCompleted);

        _heartbeats.IsDead = true;
        await lost.WaitAsync(TimeSpan.FromSeconds(60), Token);

        _membership.Publish(_here); // Forgotten and lost: nobody asks it any longer.
        _heartbeats.IsDead = false;
        _membership.Publish(_here, _there);
        await SmallCluster.UntilAsync(() => _watch.Active.Count == 2);
        Assert.False(_watch.WhenLost(_there).IsCompleted);
    }

    /// <summary>A table whose snapshots the test makes.</summary>
    private sealed class Membership : IClusterMembershipService
    {
        private readonly Channel<ClusterMembershipSnapshot> _updates = Channel.CreateUnbounded<ClusterMembershipSnapshot>();
        private long _version;

        public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } =
            new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, new MembershipVersion(0));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => _updates.Reader.ReadAllAsync();

        public void Publish(params SiloAddress[] active)
        {
            ImmutableDictionary<SiloAddress, ClusterMember> members = active.ToImmutableDictionary(
                silo => silo, silo => new ClusterMember(silo, Orleans.Runtime.SiloStatus.Active, "silo"));
            CurrentSnapshot = new(members, new MembershipVersion(++_version));
            Assert.True(_updates.Writer.TryWrite(CurrentSnapshot));
        }

        public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
    }

    /// <summary>The other silo, which answers heartbeats or does not.</summary>
    private sealed class Heartbeats : IJobServiceClient, IJobService
    {
        private volatile TaskCompletionSource _answered = new();

        public volatile bool IsDead;

        public IJobService On(SiloAddress silo) => this;

        public Task<HeartbeatReply> Heartbeat()
        {
            if (IsDead) throw new InvalidOperationException("the silo is dead");
            _answered.TrySetResult();
            return Task.FromResult(new HeartbeatReply(false));
        }

        /// <summary>Waits for the next heartbeat.</summary>
        public async Task AnsweredAsync()
        {
            _answered = new TaskCompletionSource();
            await _answered.Task.WaitAsync(TimeSpan.FromSeconds(60), Token);
        }

        public Task Start(string job, RunMessage options) => throw new NotSupportedException();

        public Task<JobStatus?> GetStatus(string job) => throw new NotSupportedException();

        public Task Nudge(string job) => throw new NotSupportedException();
    }

    private sealed class Here : ILocalSiloDetails
    {
        public string Name => "here";

        public string ClusterId => "test";

        public string DnsHostName => "localhost";

        public SiloAddress SiloAddress => _here;

        public SiloAddress GatewayAddress => _here;
    }
}
