using System.Security.Cryptography.X509Certificates;
using DistConv.Client.Security;
using DistConv.Core;
using DistConv.Grains.Contracts;
using Xunit;

namespace DistConv.Client.Tests.Security;

/// <summary>Certificates that DistConv makes, and the folders that hold them.</summary>
public sealed class CertificateTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Create_twice_isRefusedAndChangesNothing()
    {
        string authority = NewAuthority();
        string key = File.ReadAllText(Path.Combine(authority, CertificateFiles.SiloAuthorityKey));
        string message = Assert.Throws<InvalidInputException>(() => CertificateAuthority.Create(authority, 10, TimeProvider.System)).Message;
        Assert.Contains("exists: a new authority would make all certificates of the old one worthless", message, StringComparison.Ordinal);
        Assert.Equal(key, File.ReadAllText(Path.Combine(authority, CertificateFiles.SiloAuthorityKey)));
    }

    [Fact]
    public void Keys_areReadableByNobodyElse()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no such modes");
        if (OperatingSystem.IsWindows()) return; // The compiler does not know what skipping means.
        string authority = NewAuthority(), silo = Silo(authority);
        string[] secrets = [
            Path.Combine(authority, CertificateFiles.SiloAuthorityKey), Path.Combine(authority, CertificateFiles.ClientAuthorityKey),
            Path.Combine(silo, CertificateFiles.Silo)];
        foreach (string path in secrets) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void IssueSilo_isForItsClusterAndNoOther()
    {
        string silo = Silo(NewAuthority());
        Assert.Equal("silo of lab", TlsFolder.OpenSilo(silo, "lab", Fail, TimeProvider.System).Current.Own.GetNameInfo(X509NameType.SimpleName, false));
        string message = Assert.Throws<InvalidInputException>(() => TlsFolder.OpenSilo(silo, "home", Fail, TimeProvider.System)).Message;
        Assert.EndsWith("is for silo.lab.distconv, not for a silo of cluster 'home'", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ClientRole.View)]
    [InlineData(ClientRole.Submit)]
    [InlineData(ClientRole.Administer)]
    public void IssueClient_saysItsRole(ClientRole role)
    {
        string client = Path.Combine(_folder, "ada");
        CertificateAuthority.IssueClient(NewAuthority(), client, "ada", role, "lab", 90, TimeProvider.System);
        X509Certificate2 own = TlsFolder.OpenClient(client, "lab", Fail, TimeProvider.System).Current.Own;
        Assert.Equal((role, (ClientRole?)null), (CertificateNames.RoleOf(own, "lab"), CertificateNames.RoleOf(own, "home")));
        Assert.Equal("ada", CertificateNames.Holder(own));
    }

    [Fact]
    public void Folder_lacksAFileOrHasAnother_isSaid()
    {
        string authority = NewAuthority(), silo = Silo(authority);
        File.WriteAllText(Path.Combine(silo, CertificateFiles.ClientAuthority), "no certificate");
        Assert.Contains("client-authority.crt' is not a certificate in PEM", Problem(silo), StringComparison.Ordinal);
        File.Delete(Path.Combine(silo, CertificateFiles.ClientAuthority));
        Assert.Contains("client-authority.crt' cannot be read", Problem(silo), StringComparison.Ordinal);
        File.Copy(Path.Combine(authority, CertificateFiles.SiloAuthority), Path.Combine(silo, CertificateFiles.Silo), overwrite: true);
        Assert.Contains("silo.pem' is not a certificate and its private key in PEM", Problem(silo), StringComparison.Ordinal);
        Assert.Contains("does not exist", Problem(Path.Combine(_folder, "nowhere")), StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_renewed_isTakenWithoutRestartAndRubbishIsNot()
    {
        string authority = NewAuthority(), silo = Silo(authority);
        List<string> warnings = [];
        SteppedTime time = new();
        TlsFolder folder = TlsFolder.OpenSilo(silo, "lab", warnings.Add, time);
        string first = folder.Current.Own.SerialNumber;
        CertificateAuthority.IssueSilo(authority, silo, "lab", 91, TimeProvider.System);
        Assert.Equal(first, folder.Current.Own.SerialNumber); // Not looked at yet.
        time.Step(TimeSpan.FromSeconds(2));
        string second = folder.Current.Own.SerialNumber;
        Assert.NotEqual(first, second);
        Assert.Empty(warnings);

        File.WriteAllText(Path.Combine(silo, CertificateFiles.Silo), "half a fi");
        for (int i = 0; i < 3; i++)
        {
            time.Step(TimeSpan.FromSeconds(2));
            Assert.Equal(second, folder.Current.Own.SerialNumber);
        }

        Assert.Contains("the certificate from before stays in use", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_expiresSoon_warns()
    {
        string silo = Path.Combine(_folder, "short");
        CertificateAuthority.IssueSilo(NewAuthority(), silo, "lab", 3, TimeProvider.System);
        List<string> warnings = [];
        TlsFolder.OpenSilo(silo, "lab", warnings.Add, TimeProvider.System);
        Assert.Contains("expires on ", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Issue_longerThanTheAuthority_isRefused() => Assert.Contains(
        "the authority itself expires on",
        Assert.Throws<InvalidInputException>(
            () => CertificateAuthority.IssueSilo(NewAuthority(days: 10), Path.Combine(_folder, "x"), "lab", 11, TimeProvider.System)).Message,
        StringComparison.Ordinal);

    private static void Fail(string line) => Assert.Fail(line);

    private static string Problem(string silo) =>
        Assert.Throws<InvalidInputException>(() => TlsFolder.OpenSilo(silo, "lab", Fail, TimeProvider.System)).Message;

    private string NewAuthority(int days = 1000)
    {
        string authority = Path.Combine(_folder, "authority");
        CertificateAuthority.Create(authority, days, TimeProvider.System);
        return authority;
    }

    private string Silo(string authority)
    {
        string silo = Path.Combine(_folder, "silo");
        CertificateAuthority.IssueSilo(authority, silo, "lab", 90, TimeProvider.System);
        return silo;
    }

    /// <summary>The system's clock, which a test moves on.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private TimeSpan _ahead;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(_ahead.TotalSeconds * TimestampFrequency);

        public void Step(TimeSpan by) => _ahead += by;
    }
}
