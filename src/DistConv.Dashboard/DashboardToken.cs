using System.Buffers.Text;
using System.Security.Cryptography;
using DistConv.Core;

namespace DistConv.Dashboard;

/// <summary>Tokens of dashboards.</summary>
public static class DashboardToken
{
    /// <summary>The fewest characters that a token may have.</summary>
    public const int MinLength = 16;

    /// <summary>The most characters that a token may have.</summary>
    public const int MaxLength = 256;

    private const int RandomBytes = 32;

    /// <summary>Makes a token that nobody can guess.</summary>
    /// <returns>43 letters, digits, '-' and '_'.</returns>
    public static string Generate() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes));

    /// <summary>Checks a token that a person chose.</summary>
    /// <param name="text">The token; white space around it is left out.</param>
    /// <param name="source">What gave it, for the error's line.</param>
    /// <returns>The token.</returns>
    /// <exception cref="InvalidInputException">It is too short or too long, or has characters that a header cannot carry. The message does not show
    /// it.</exception>
    public static string Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        string token = text.Trim();
        if (token.Length is < MinLength or > MaxLength)
            throw new InvalidInputException($"{source} has {token.Length} characters; give a token of {MinLength} to {MaxLength} characters");
        return token.All(static c => c is > ' ' and <= '~')
            ? token
            : throw new InvalidInputException($"{source} has characters that a token may not have; use letters, digits and punctuation without spaces");
    }
}
