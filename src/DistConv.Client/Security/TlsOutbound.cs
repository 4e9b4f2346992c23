using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Connections;
using Orleans.Connections.Security;

namespace DistConv.Client.Security;

/// <summary>Connections that this process opens, to silos and to their gateways: mutual TLS.</summary>
internal static class TlsOutbound
{
    /// <summary>The versions of TLS that are spoken.</summary>
    public const SslProtocols Protocols = SslProtocols.Tls12 | SslProtocols.Tls13;

    /// <summary>How long a handshake may take.</summary>
    public static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(5);

    /// <summary>Has a connection begin with a handshake.</summary>
    /// <param name="connection">The connection's stages.</param>
    /// <param name="folder">What this process shows, and whom it believes.</param>
    /// <param name="refused">Gets the other end and why it is not spoken to.</param>
    public static void Use(IConnectionBuilder connection, TlsFolder folder, Action<EndPoint?, string> refused)
    {
        // The library's own checks are off: it cannot build a chain to one authority alone, and does not tell who was refused.
        connection.UseClientTls(new TlsOptions
        {
            RemoteCertificateMode = RemoteCertificateMode.NoCertificate,
            ClientCertificateMode = RemoteCertificateMode.NoCertificate,
            SslProtocols = Protocols,
            HandshakeTimeout = HandshakePatience,
            OnAuthenticateAsClient = (context, options) =>
                Configure((SslClientAuthenticationOptions)options.SslClientAuthenticationOptions, folder, reason => refused(context.RemoteEndPoint, reason)),
        });
    }

    /// <summary>Sets what one handshake shows and believes.</summary>
    /// <param name="options">The handshake's settings.</param>
    /// <param name="folder">What this process shows, and whom it believes.</param>
    /// <param name="refused">Gets the reason if the other end is not believed.</param>
    public static void Configure(SslClientAuthenticationOptions options, TlsFolder folder, Action<string> refused)
    {
        TlsIdentity identity = folder.Current;
        options.TargetHost = CertificateNames.Silo(folder.ClusterId);
        options.LocalCertificateSelectionCallback = null;
        options.ClientCertificates = null;
        options.ClientCertificateContext = identity.Context;
        options.CertificateChainPolicy = PeerCheck.Policy(identity.SiloAuthority, CertificateNames.ServerPurpose);
        options.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
        {
            string? problem = PeerCheck.SiloProblem(certificate, chain, errors, folder.ClusterId);
            if (problem is not null) refused(problem);
            return problem is null;
        };
    }
}
