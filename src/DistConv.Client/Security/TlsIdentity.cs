using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using DistConv.Core;

namespace DistConv.Client.Security;

/// <summary>What a process shows to others, and whose signature it believes.</summary>
/// <param name="Own">Its certificate with the private key.</param>
/// <param name="Context">The same, as connections take it.</param>
/// <param name="SiloAuthority">Who signs silos.</param>
/// <param name="ClientAuthority">Who signs clients; null: clients are not this process's business.</param>
/// <param name="Secret">What silos know; null in a client.</param>
internal sealed record TlsIdentity(
    X509Certificate2 Own, SslStreamCertificateContext Context, X509Certificate2 SiloAuthority, X509Certificate2? ClientAuthority, string? Secret)
{
    /// <summary>Reads a folder, and checks that what is in it fits together.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="clusterId">The cluster in which it is shown.</param>
    /// <param name="isSilo">Whether the folder is a silo's; else a client's.</param>
    /// <exception cref="InvalidInputException">A file is missing or something else, or the certificate is for another purpose or cluster.</exception>
    public static TlsIdentity Read(string folder, string clusterId, bool isSilo)
    {
        if (!Directory.Exists(folder)) throw new InvalidInputException($"the folder of certificates '{folder}' does not exist");
        string file = isSilo ? CertificateFiles.Silo : CertificateFiles.Client;
        X509Certificate2 own = CertificateFiles.Read(folder, file, hasKey: true);
        X509Certificate2 silos = CertificateFiles.Read(folder, CertificateFiles.SiloAuthority, hasKey: false);
        X509Certificate2? clients = isSilo ? CertificateFiles.Read(folder, CertificateFiles.ClientAuthority, hasKey: false) : null;
        IReadOnlyList<string> names = CertificateNames.Of(own);
        bool isOurs = isSilo ? CertificateNames.Has(names, CertificateNames.Silo(clusterId)) : CertificateNames.RoleOf(own, clusterId) is not null;
        if (!isOurs) throw new InvalidInputException(
            $"'{Path.Combine(folder, file)}' is for {(names.Count == 0 ? "nobody" : string.Join(", ", names))}, not for "
            + $"{(isSilo ? "a silo" : "a client")} of cluster '{clusterId}'");
        return new TlsIdentity(own, SslStreamCertificateContext.Create(own, additionalCertificates: null, offline: true), silos, clients,
            isSilo ? CertificateFiles.ReadSecret(folder) : null);
    }
}
