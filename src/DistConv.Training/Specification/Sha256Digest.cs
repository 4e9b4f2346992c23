using System.Security.Cryptography;

namespace DistConv.Training.Specification;

/// <summary>The text form of a SHA-256 digest: "sha256:" and 64 lower-case hexadecimal digits.</summary>
internal static class Sha256Digest
{
    /// <summary>How every digest begins.</summary>
    public const string Prefix = "sha256:";

    /// <summary>Whether a text has this form.</summary>
    /// <param name="text">The text.</param>
    /// <returns>True if it has.</returns>
    public static bool IsValid(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.StartsWith(Prefix, StringComparison.Ordinal) && text.Length == Prefix.Length + (2 * SHA256.HashSizeInBytes)
            && text.Skip(Prefix.Length).All(char.IsAsciiHexDigitLower);
    }
}
