using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DistConv.Client.Security;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;

namespace DistConv.Silo.Security;

/// <summary>A port of a silo that speaks mutual TLS.</summary>
internal static class TlsInbound
{
    /// <summary>Has a connection begin with a handshake.</summary>
    /// <param name="connection">The connection's stages.</param>
    /// <param name="folder">What this silo shows, and whom it believes.</param>
    /// <param name="isGateway">Whether clients connect here; else silos.</param>
    /// <param name="refused">Gets the other end and why it is not let in.</param>
    public static void Use(IConnectionBuilder connection, TlsFolder folder, bool isGateway, Action<EndPoint?, string> refused)
    {
        connection.Use(next => context => TellAsync(next, context, refused));
        connection.UseServerTls(new TlsOptions
        {
            RemoteCertificateMode = RemoteCertificateMode.NoCertificate, // Asked for and judged below.
            LocalServerCertificateSelector = (_, _) => folder.Current.Own,
            SslProtocols = TlsOutbound.Protocols,
            HandshakeTimeout = TlsOutbound.HandshakePatience,
            OnAuthenticateAsServer = (context, options) =>
                Configure((SslServerAuthenticationOptions)options.SslServerAuthenticationOptions, folder, isGateway, reason =>
                {
                    context.Items[typeof(TlsInbound)] = reason;
                    refused(context.RemoteEndPoint, reason);
                }),
        });
    }

    private static void Configure(SslServerAuthenticationOptions options, TlsFolder folder, bool isGateway, Action<string> refused)
    {
        TlsIdentity identity = folder.Current;
        X509Certificate2 authority = isGateway ? identity.ClientAuthority! : identity.SiloAuthority;
        options.ServerCertificateSelectionCallback = null;
        options.ServerCertificateContext = identity.Context;
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = PeerCheck.Policy(authority, CertificateNames.ClientPurpose);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            string? problem = isGateway
                ? PeerCheck.ClientProblem(certificate, chain, errors, folder.ClusterId)
                : PeerCheck.SiloProblem(certificate, chain, errors, folder.ClusterId);
            if (problem is not null) refused(problem);
            return problem is null;
        };
    }

    /// <summary>The library closes a connection whose handshake fails without a word.</summary>
    private static async Task TellAsync(ConnectionDelegate next, ConnectionContext context, Action<EndPoint?, string> refused)
    {
        await next(context);
        bool isDone = context.Features.Get<ITlsApplicationProtocolFeature>() is not null, isTold = context.Items.ContainsKey(typeof(TlsInbound));
        if (!isDone && !isTold)
            refused(context.RemoteEndPoint, "no TLS handshake came about: it does not speak TLS, does not trust this silo, or took too long");
    }
}
