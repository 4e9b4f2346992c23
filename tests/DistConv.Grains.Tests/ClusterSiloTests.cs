using System.Net;
using System.Net.Sockets;
using DistConv.Client.Clusters;
using DistConv.Core;
using DistConv.Silo.Cluster;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>Parts of a cluster's silo that need no cluster.</summary>
public sealed class ClusterSiloTests
{
    [Theory]
    [InlineData("I have been told I am dead, so this silo will stop! Reason: x. Membership: [Version: 5]", "the cluster has declared it dead")]
    [InlineData("Something\nelse", "Something else: broken")]
    public void FatalErrors_severalAtOnce_areOneLineAndOneExit(string context, string expected)
    {
        List<string> lines = [];
        List<int> exits = [];
        FatalErrors errors = new(lines.Add, exits.Add);
        errors.OnFatalException(this, context, new InvalidOperationException("broken"));
        errors.OnFatalException(this, "again", null);
        string line = Assert.Single(lines);
        Assert.StartsWith("this silo ends and has to be started again: ", line, StringComparison.Ordinal);
        Assert.Contains(expected, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
        Assert.Equal([1], exits);
    }

    [Fact]
    public void ServerPort_portThatSomebodyShares_isRefused()
    {
        // As Orleans listens.
        using Socket silo = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silo.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        silo.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silo.Listen();
        IPEndPoint taken = (IPEndPoint)silo.LocalEndPoint!;
        string message = Assert.Throws<InvalidInputException>(() => ServerPort.Keep(taken, "--listen")).Message;
        Assert.Equal($"--listen: port {taken.Port} of 127.0.0.1 is taken by another process; name another one", message);
    }

    [Fact]
    public void ServerPort_kept_canBeListenedOnBySharing()
    {
        using ServerPort port = ServerPort.Keep(new IPEndPoint(IPAddress.Loopback, 0), "--listen");
        using Socket silo = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silo.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        silo.Bind(port.EndPoint);
        silo.Listen();
    }

    [Fact]
    public void AdvertisedAddress_redisHere_isLoopbackAndAnAddressOfItsOwnIsKept()
    {
        Assert.Equal(IPAddress.Loopback, AdvertisedAddress.Choose(IPAddress.Any, new ClusterAddress("127.0.0.1", 6379)));
        Assert.Equal(IPAddress.Parse("127.0.0.2"), AdvertisedAddress.Choose(IPAddress.Parse("127.0.0.2"), new ClusterAddress("nowhere.invalid", 6379)));
        string message =
            Assert.Throws<InvalidInputException>(() => AdvertisedAddress.Choose(IPAddress.Any, new ClusterAddress("nowhere.invalid", 6379))).Message;
        Assert.Contains("set the advertised address to this machine's", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HeartbeatProbe_withoutAnswer_ages()
    {
        TaskCompletionSource answer = new();
        ManualClock clock = new();
        HeartbeatProbe probe = new(() => answer.Task, clock);
        clock.Now += 100;
        Assert.Equal(TimeSpan.Zero, probe.Age); // Not asked: it owes nothing.
        probe.Ask();
        clock.Now += 30;
        Assert.Equal(TimeSpan.FromSeconds(30), probe.Age);
        answer.SetResult();
        while (probe.Age != TimeSpan.Zero) await Task.Yield();
    }

    private sealed class ManualClock : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Now;
    }
}
