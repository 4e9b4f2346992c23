using System.Net;
using System.Security.Cryptography.X509Certificates;
using DistConv.Client.Security;
using DistConv.Grains.Access;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;

namespace DistConv.Silo.Security;

/// <summary>Notes who a client is: its certificate says it, and the id by which its calls can be recognised is the first that it sends.</summary>
/// <param name="clients">Where it is noted.</param>
/// <param name="clusterId">The cluster.</param>
/// <param name="refused">Gets the other end and why it is not let in.</param>
internal sealed class ClientIdentification(ConnectedClients clients, string clusterId, Action<EndPoint?, string> refused)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    /// <summary>The stage of a connection after its handshake.</summary>
    /// <param name="next">The stage after this one.</param>
    public ConnectionDelegate Stage(ConnectionDelegate next) => async context =>
    {
        using IDisposable? entry = await EnterAsync(context);
        if (entry is not null) await next(context);
    };

    private async Task<IDisposable?> EnterAsync(ConnectionContext context)
    {
        using CancellationTokenSource limit = new(_patience);
        string? key;
        try
        {
            key = await ClientPreamble.PeekAsync(context.Transport.Input, limit.Token);
        }
        catch (OperationCanceledException)
        {
            refused(context.RemoteEndPoint, $"it did not say who it is within {_patience.TotalSeconds:0} s");
            return null;
        }

        X509Certificate2? certificate = context.Features.Get<ITlsConnectionFeature>()?.RemoteCertificate;
        if (key is null || certificate is null || CertificateNames.RoleOf(certificate, clusterId) is not { } role)
        {
            refused(context.RemoteEndPoint, "it is no client of Orleans");
            return null;
        }

        IDisposable? entry = clients.TryEnter(key, new ClientIdentity(CertificateNames.Holder(certificate), role));
        if (entry is null) refused(context.RemoteEndPoint, "another client has the id that it claims");
        return entry;
    }
}
