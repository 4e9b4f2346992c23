using System.Net;
using System.Net.Sockets;
using DistConv.Client.Clusters;
using DistConv.Core;

namespace DistConv.Silo.Cluster;

/// <summary>The address at which other silos and clients reach this one.</summary>
internal static class AdvertisedAddress
{
    /// <summary>The address to advertise if none is given.</summary>
    /// <param name="listen">Where the silo listens.</param>
    /// <param name="cluster">The membership's server.</param>
    /// <returns>The address that it listens on; if that is all of them, the one from which this machine reaches the server.</returns>
    /// <exception cref="InvalidInputException">The server's name is not known, or no network leads to it.</exception>
    public static IPAddress Choose(IPAddress listen, ClusterAddress cluster)
    {
        if (!listen.Equals(IPAddress.Any) && !listen.Equals(IPAddress.IPv6Any)) return listen;
        try
        {
            IPAddress[] server = Dns.GetHostAddresses(cluster.Host);
            IPAddress target = server.FirstOrDefault(address => address.AddressFamily == listen.AddressFamily) ?? server[0];

            // Nothing is sent: the system only looks for the route.
            using var route = new Socket(target.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            route.Connect(target, cluster.Port);
            return ((IPEndPoint)route.LocalEndPoint!).Address;
        }
        catch (SocketException e)
        {
            throw new InvalidInputException(
                $"no address to advertise: {cluster} is not reached ({e.Message}); set the advertised address to this machine's", e);
        }
    }
}
