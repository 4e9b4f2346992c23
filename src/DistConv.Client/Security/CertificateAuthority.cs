using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DistConv.Core;
using DistConv.Grains.Contracts;

namespace DistConv.Client.Security;

/// <summary>Makes certificates for people who have no authority of their own: keys on the curve P-256, lives as short as they are wanted.</summary>
/// <remarks>There are two authorities, so that no client's certificate, whatever it says, passes for a silo's.</remarks>
internal static class CertificateAuthority
{
    /// <summary>Days that certificates of silos and clients are valid if nobody says otherwise.</summary>
    public const int DefaultDays = 90;

    /// <summary>Days that authorities are.</summary>
    public const int DefaultAuthorityDays = 3650;

    private const int SerialBytes = 16, SecretBytes = 32, MaxNameLength = 64;
    private static readonly TimeSpan _clockTolerance = TimeSpan.FromMinutes(5);

    /// <summary>Makes both authorities, and a secret for the silos.</summary>
    /// <param name="folder">Where their certificates and keys go.</param>
    /// <param name="days">How long they are valid.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="InvalidInputException">There are authorities already, or the folder cannot be written.</exception>
    public static void Create(string folder, int days, TimeProvider time)
    {
        string[] files = [
            CertificateFiles.SiloAuthority, CertificateFiles.SiloAuthorityKey, CertificateFiles.ClientAuthority, CertificateFiles.ClientAuthorityKey,
            CertificateFiles.Secret];
        if (files.FirstOrDefault(file => File.Exists(Path.Combine(folder, file))) is { } there) throw new InvalidInputException(
            $"'{Path.Combine(folder, there)}' exists: a new authority would make all certificates of the old one worthless; choose another folder");
        CertificateFiles.Write(folder, CertificateFiles.Secret, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes)) + "\n");
        CreateOne(folder, "DistConv silo authority", CertificateFiles.SiloAuthority, CertificateFiles.SiloAuthorityKey, days, time);
        CreateOne(folder, "DistConv client authority", CertificateFiles.ClientAuthority, CertificateFiles.ClientAuthorityKey, days, time);
    }

    /// <summary>Makes a folder for a silo: its certificate with its key, both authorities' certificates, and the silos' secret.</summary>
    /// <param name="authority">The folder of the authorities.</param>
    /// <param name="folder">Where it goes; files that are there are replaced.</param>
    /// <param name="clusterId">The silo's cluster.</param>
    /// <param name="days">How long it is valid.</param>
    /// <param name="time">The clock.</param>
    /// <returns>When it expires.</returns>
    /// <exception cref="InvalidInputException">The authority cannot be read, or the folder not be written.</exception>
    public static DateTimeOffset IssueSilo(string authority, string folder, string clusterId, int days, TimeProvider time)
    {
        using X509Certificate2 issuer = Open(authority, CertificateFiles.SiloAuthority, CertificateFiles.SiloAuthorityKey);
        using X509Certificate2 clients = CertificateFiles.Read(authority, CertificateFiles.ClientAuthority, hasKey: false);

        string secret = CertificateFiles.ReadSecret(authority);

        // A silo calls other silos, too: it needs both purposes.
        Oid[] purposes = [CertificateNames.ServerPurpose, CertificateNames.ClientPurpose];
        (string pem, DateTimeOffset end) = Issue(issuer, $"silo of {clusterId}", CertificateNames.Silo(clusterId), purposes, days, time);
        CertificateFiles.Write(folder, CertificateFiles.SiloAuthority, issuer.ExportCertificatePem());
        CertificateFiles.Write(folder, CertificateFiles.ClientAuthority, clients.ExportCertificatePem());
        CertificateFiles.Write(folder, CertificateFiles.Secret, secret + "\n");
        CertificateFiles.Write(folder, CertificateFiles.Silo, pem);
        return end;
    }

    /// <summary>Makes a folder for a client: its certificate with its key, and the certificate of the silos' authority.</summary>
    /// <param name="authority">The folder of the authorities.</param>
    /// <param name="folder">Where it goes; files that are there are replaced.</param>
    /// <param name="name">Who it is, for people: 1 to 64 characters.</param>
    /// <param name="role">What it may do.</param>
    /// <param name="clusterId">In which cluster.</param>
    /// <param name="days">How long it is valid.</param>
    /// <param name="time">The clock.</param>
    /// <returns>When it expires.</returns>
    /// <exception cref="InvalidInputException">The name is empty or odd, the authority cannot be read, or the folder not be written.</exception>
    public static DateTimeOffset IssueClient(
        string authority, string folder, string name, ClientRole role, string clusterId, int days, TimeProvider time)
    {
        if (name.Length is 0 or > MaxNameLength || !name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '@'))
            throw new InvalidInputException($"the client's name is '{name}'; give 1 to {MaxNameLength} letters, digits, '-', '_', '.' or '@'");
        using X509Certificate2 issuer = Open(authority, CertificateFiles.ClientAuthority, CertificateFiles.ClientAuthorityKey);
        using X509Certificate2 silos = CertificateFiles.Read(authority, CertificateFiles.SiloAuthority, hasKey: false);
        (string pem, DateTimeOffset end) = Issue(
            issuer, name, CertificateNames.Client(clusterId, role), [CertificateNames.ClientPurpose], days, time);
        CertificateFiles.Write(folder, CertificateFiles.SiloAuthority, silos.ExportCertificatePem());
        CertificateFiles.Write(folder, CertificateFiles.Client, pem);
        return end;
    }

    private static void CreateOne(string folder, string name, string file, string keyFile, int days, TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(Subject(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        DateTimeOffset now = time.GetUtcNow();
        using X509Certificate2 certificate = request.CreateSelfSigned(now - _clockTolerance, now.AddDays(days));
        CertificateFiles.Write(folder, keyFile, key.ExportPkcs8PrivateKeyPem() + "\n");
        CertificateFiles.Write(folder, file, certificate.ExportCertificatePem() + "\n");
    }

    private static (string Pem, DateTimeOffset End) Issue(
        X509Certificate2 issuer, string name, string dnsName, IEnumerable<Oid> purposes, int days, TimeProvider time)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(Subject(name), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. purposes], critical: false));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(dnsName);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(issuer, true, false));
        DateTimeOffset now = time.GetUtcNow(), begin = now - _clockTolerance, end = now.AddDays(days), authorityBegin = issuer.NotBefore;
        if (end > issuer.NotAfter) throw new InvalidInputException(
            $"the authority itself expires on {issuer.NotAfter.ToUniversalTime():yyyy-MM-dd}: give fewer days, or make a new one");
        if (begin < authorityBegin) begin = authorityBegin;
        using X509Certificate2 certificate = request.Create(issuer, begin, end, RandomNumberGenerator.GetBytes(SerialBytes));
        return ($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n", end);
    }

    private static X509Certificate2 Open(string folder, string file, string keyFile)
    {
        using X509Certificate2 certificate = CertificateFiles.Read(folder, file, hasKey: false);
        using ECDsa key = CertificateFiles.ReadKey(folder, keyFile);
        try
        {
            return certificate.CopyWithPrivateKey(key);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new InvalidInputException($"'{Path.Combine(folder, keyFile)}' is not the key of {file}", e);
        }
    }

    private static X500DistinguishedName Subject(string name)
    {
        X500DistinguishedNameBuilder builder = new();
        builder.AddOrganizationName("DistConv");
        builder.AddCommonName(name);
        return builder.Build();
    }
}
