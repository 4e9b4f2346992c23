using System.Security.Cryptography;
using System.Text;

namespace DistConv.Dashboard.Http;

/// <summary>The token, kept as its hash: comparing takes the same time whatever was sent.</summary>
internal sealed class AccessToken(string token)
{
    private readonly byte[] _hash = Hash(token);

    /// <summary>Whether a text is the token.</summary>
    public bool Matches(string text) => CryptographicOperations.FixedTimeEquals(Hash(text), _hash);

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
