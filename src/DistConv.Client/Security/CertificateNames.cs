using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DistConv.Grains.Contracts;

namespace DistConv.Client.Security;

/// <summary>
/// What a certificate of DistConv says of its holder: a DNS name that names the cluster and the part in it, since machines of a cluster come and go and have no
/// lasting names. <c>silo.CLUSTER.distconv</c> is a silo, <c>ROLE.client.CLUSTER.distconv</c> a client.
/// </summary>
internal static class CertificateNames
{
    /// <summary>The purpose "TLS server" (RFC 5280, section 4.2.1.12).</summary>
    public static readonly Oid ServerPurpose = new("1.3.6.1.5.5.7.3.1");

    /// <summary>The purpose "TLS client", likewise.</summary>
    public static readonly Oid ClientPurpose = new("1.3.6.1.5.5.7.3.2");

    private const string Suffix = "distconv";

    /// <summary>The name of every silo of a cluster.</summary>
    /// <param name="clusterId">The cluster.</param>
    public static string Silo(string clusterId) => $"silo.{clusterId}.{Suffix}";

    /// <summary>The name of a client of a cluster.</summary>
    /// <param name="clusterId">The cluster.</param>
    /// <param name="role">What it may do.</param>
    public static string Client(string clusterId, ClientRole role) => $"{RoleName(role)}.client.{clusterId}.{Suffix}";

    /// <summary>A role as people write it.</summary>
    /// <param name="role">The role.</param>
    public static string RoleName(ClientRole role) => role.ToString().ToLowerInvariant();

    /// <summary>The DNS names in a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    public static IReadOnlyList<string> Of(X509Certificate2 certificate) =>
        [.. certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().SelectMany(names => names.EnumerateDnsNames())];

    /// <summary>The role that a certificate gives its holder in a cluster.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <param name="clusterId">The cluster.</param>
    /// <returns>Null: none.</returns>
    public static ClientRole? RoleOf(X509Certificate2 certificate, string clusterId)
    {
        IReadOnlyList<string> names = Of(certificate);
        ClientRole[] roles = [.. Enum.GetValues<ClientRole>().Where(role => Has(names, Client(clusterId, role)))];
        return roles is [.., ClientRole highest] ? highest : null;
    }

    /// <summary>Whether names contain one.</summary>
    /// <param name="names">What a certificate says.</param>
    /// <param name="name">What is looked for.</param>
    public static bool Has(IReadOnlyList<string> names, string name) => names.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>A certificate's common name, which is for people.</summary>
    /// <param name="certificate">The certificate.</param>
    public static string Holder(X509Certificate2 certificate) => certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
}
