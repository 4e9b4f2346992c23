using System.Net;
using DistConv.Client.Security;
using DistConv.Grains.Access;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace DistConv.Silo.Security;

/// <summary>Mutual TLS on the ports of a silo: silos show silos' certificates to each other, clients show clients'.</summary>
internal static class SiloTls
{
    /// <summary>Adds it.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="folder">What it shows, and whom it believes.</param>
    /// <param name="warn">Gets a line for whoever is refused, from any thread.</param>
    public static void Add(ISiloBuilder silo, TlsFolder folder, Action<string> warn)
    {
        RefusalLog log = new(warn, folder.Time);
        silo.Services.AddOptions<SiloConnectionOptions>().Configure<ConnectedClients>((connections, clients) =>
        {
            clients.IsRequired = true;
            ClientIdentification identification = new(clients, folder.ClusterId, Refused("the gateway"));
            connections.ConfigureSiloInboundConnection(
                connection => TlsInbound.Use(connection, folder, isGateway: false, Refused("the silo port")));
            connections.ConfigureGatewayInboundConnection(connection =>
            {
                TlsInbound.Use(connection, folder, isGateway: true, Refused("the gateway"));
                connection.Use(identification.Stage);
            });
            connections.ConfigureSiloOutboundConnection(connection => TlsOutbound.Use(connection, folder, Refused("a connection to a silo")));
        });

        Action<EndPoint?, string> Refused(string where) => (peer, reason) => log.Note(peer, where, reason);
    }
}
