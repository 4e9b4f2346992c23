using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace DistConv.Client.Security;

/// <summary>Judges the certificate that the other end of a connection shows.</summary>
internal static class PeerCheck
{
    /// <summary>How a certificate's chain is to be built: up to one authority, from what is at hand. Nothing is fetched, and no other root counts.</summary>
    /// <param name="authority">The authority.</param>
    /// <param name="purpose">The purpose that the certificate must have.</param>
    public static X509ChainPolicy Policy(X509Certificate2 authority, Oid purpose)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck, // Lives are short instead.
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(authority);
        policy.ApplicationPolicy.Add(purpose);
        return policy;
    }

    /// <summary>Why a silo's certificate is not good enough; null: it is.</summary>
    /// <param name="certificate">What the other end showed; null: nothing.</param>
    /// <param name="chain">How it was built.</param>
    /// <param name="errors">What is wrong with the chain.</param>
    /// <param name="clusterId">The cluster that it must belong to.</param>
    public static string? SiloProblem(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string clusterId) =>
        ChainProblem(certificate, chain, errors) ?? (CertificateNames.Has(CertificateNames.Of((X509Certificate2)certificate!), CertificateNames.Silo(clusterId))
            ? null : $"{Describe((X509Certificate2)certificate!)} is not a silo's of cluster '{clusterId}'");

    /// <summary>Why a client's certificate is not good enough; null: it is.</summary>
    /// <param name="certificate">What the other end showed; null: nothing.</param>
    /// <param name="chain">How it was built.</param>
    /// <param name="errors">What is wrong with the chain.</param>
    /// <param name="clusterId">The cluster that it must be for.</param>
    public static string? ClientProblem(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string clusterId) =>
        ChainProblem(certificate, chain, errors) ?? (CertificateNames.RoleOf((X509Certificate2)certificate!, clusterId) is not null
            ? null : $"{Describe((X509Certificate2)certificate!)} has no role in cluster '{clusterId}'");

    private static string? ChainProblem(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 shown) return "it shows no certificate";
        if (!errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors)) return null; // Names are looked at by those who ask.
        X509ChainStatusFlags flags = chain?.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status) ?? default;
        string reason = flags switch
        {
            _ when flags.HasFlag(X509ChainStatusFlags.PartialChain) || flags.HasFlag(X509ChainStatusFlags.UntrustedRoot)
                || flags.HasFlag(X509ChainStatusFlags.NotSignatureValid) => "is not signed by the authority that is trusted here",
            _ when flags.HasFlag(X509ChainStatusFlags.NotTimeValid) => shown.NotAfter.ToUniversalTime() < DateTime.UtcNow
                ? $"expired on {shown.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC"
                : $"is valid from {shown.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC on",
            _ when flags.HasFlag(X509ChainStatusFlags.NotValidForUsage) => "is for another purpose",
            _ => $"is not valid ({flags})",
        };
        return $"{Describe(shown)} {reason}";
    }

    private static string Describe(X509Certificate2 certificate) => $"its certificate '{Printable(CertificateNames.Holder(certificate))}'";

    /// <summary>A stranger's certificate may say anything: nothing of it may break a line of the log.</summary>
    private static string Printable(string text)
    {
        const int maxLength = 80;
        string plain = string.Concat(text.Take(maxLength).Select(c => char.IsControl(c) || c == '\'' ? '?' : c));
        return text.Length > maxLength ? plain + "…" : plain;
    }
}
