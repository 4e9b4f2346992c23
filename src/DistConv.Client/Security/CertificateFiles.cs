using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DistConv.Core;

namespace DistConv.Client.Security;

/// <summary>The files in a folder of certificates, all in PEM.</summary>
internal static class CertificateFiles
{
    /// <summary>A silo's certificate with its private key.</summary>
    public const string Silo = "silo.pem";

    /// <summary>A client's certificate with its private key.</summary>
    public const string Client = "client.pem";

    /// <summary>Whose signature silos bear: everybody needs it.</summary>
    public const string SiloAuthority = "silo-authority.crt";

    /// <summary>Whose signature clients bear: silos need it.</summary>
    public const string ClientAuthority = "client-authority.crt";

    /// <summary>The private key of <see cref="SiloAuthority"/>; it belongs on no machine of the cluster.</summary>
    public const string SiloAuthorityKey = "silo-authority.key";

    /// <summary>The private key of <see cref="ClientAuthority"/>; likewise.</summary>
    public const string ClientAuthorityKey = "client-authority.key";

    /// <summary>What silos know and clients do not: by it they tell each other's calls from a stranger's.</summary>
    public const string Secret = "cluster.secret";

    private const int MaxBytes = 64 << 10, MinSecretLength = 32;

    /// <summary>Reads a certificate, with its private key if the file has one.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The file in it.</param>
    /// <param name="hasKey">Whether a private key is needed.</param>
    /// <exception cref="InvalidInputException">The file is not there, or is something else.</exception>
    public static X509Certificate2 Read(string folder, string file, bool hasKey)
    {
        string path = Path.Combine(folder, file);
        string text = ReadText(path);
        try
        {
            if (!hasKey) return X509Certificate2.CreateFromPem(text);
            using X509Certificate2 read = X509Certificate2.CreateFromPem(text, text);

            // Windows cannot serve with a key that was never stored.
            return OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(read.Export(X509ContentType.Pkcs12), null) : new X509Certificate2(read);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            string content = hasKey ? "a certificate and its private key" : "a certificate";
            throw new InvalidInputException($"'{path}' is not {content} in PEM: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Reads the private key of an authority.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="file">The file in it.</param>
    /// <exception cref="InvalidInputException">The file is not there, or is something else.</exception>
    public static ECDsa ReadKey(string folder, string file)
    {
        string path = Path.Combine(folder, file);
        string text = ReadText(path);
        ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(text);
            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new InvalidInputException($"'{path}' is not a private key in PEM: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Reads the silos' secret.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">The file is not there, or has too little in it to be a secret.</exception>
    public static string ReadSecret(string folder)
    {
        string path = Path.Combine(folder, Secret), secret = ReadText(path).Trim();
        return secret.Length >= MinSecretLength && secret.All(char.IsAscii)
            ? secret
            : throw new InvalidInputException($"'{path}' is no secret: give {MinSecretLength} or more random letters and digits, the same for all silos");
    }

    /// <summary>Writes a file beside its place, readable by nobody else if it holds a key, and renames it when it is whole.</summary>
    /// <param name="folder">The folder; it is made if there is none.</param>
    /// <param name="file">The file in it; an older one is replaced.</param>
    /// <param name="text">What it says.</param>
    /// <exception cref="InvalidInputException">It cannot be written.</exception>
    public static void Write(string folder, string file, string text)
    {
        string path = Path.Combine(folder, file), temporary = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            bool isSecret = file == Secret || text.Contains("PRIVATE KEY", StringComparison.Ordinal);
            if (isSecret && !OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using (StreamWriter writer = new(temporary, options))
            {
                writer.Write(text);
                writer.Flush();
                ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            File.Delete(temporary);
            throw new InvalidInputException($"'{path}' cannot be written: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    private static string ReadText(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllText(path)
                : throw new InvalidInputException($"'{path}' has more than {MaxBytes / 1024} KiB: that is no certificate");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"'{path}' cannot be read: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
