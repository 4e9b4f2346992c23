using System.Net;
using System.Net.Sockets;
using DistConv.Silo;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class LoopbackPortTests
{
    [Fact]
    public void Keep_any_lets_a_silo_listen()
    {
        using LoopbackPort kept = LoopbackPort.Keep(0);
        using Socket silo = NewSocket(shares: true); // As Orleans does.
        Listen(silo, kept.Number);

        using Socket client = NewSocket(shares: false);
        client.Connect(IPAddress.Loopback, kept.Number);
        using Socket accepted = silo.Accept();
        Assert.Equal(client.LocalEndPoint, accepted.RemoteEndPoint);
    }

    [Fact]
    public void Keep_many_are_all_different()
    {
        // Among so many, chance alone would give some port twice: the system has about 28,000 to choose from.
        LoopbackPort[] kept = [.. Enumerable.Range(0, 600).Select(_ => LoopbackPort.Keep(0))];
        Assert.Equal(kept.Length, kept.Select(port => port.Number).Distinct().Count());
        foreach (LoopbackPort port in kept) port.Dispose();
    }

    [Fact]
    public void Keep_wanted_is_that_port_unless_another_program_has_it()
    {
        using Socket other = NewSocket(shares: false);
        Listen(other, 0);
        int taken = ((IPEndPoint)other.LocalEndPoint!).Port;

        using LoopbackPort instead = LoopbackPort.Keep(taken);
        Assert.NotEqual(taken, instead.Number);

        other.Dispose();
        using LoopbackPort wanted = LoopbackPort.Keep(taken);
        Assert.Equal(taken, wanted.Number);
    }

    private static Socket NewSocket(bool shares)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (shares) socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        return socket;
    }

    private static void Listen(Socket socket, int port)
    {
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        socket.Listen();
    }
}
