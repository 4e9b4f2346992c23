using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using DistConv.Core;

namespace DistConv.Client.Clusters;

/// <summary>Where a cluster's membership is kept: a Redis server. Silos and clients that name the same server and the same cluster id find each
/// other.</summary>
/// <param name="Host">Name or address of the machine, without brackets.</param>
/// <param name="Port">Its port, 1 to 65,535.</param>
public sealed record ClusterAddress(string Host, int Port)
{
    /// <summary>The cluster's id if none is given.</summary>
    public const string DefaultClusterId = "distconv";

    /// <summary>Orleans's service id, the same for all clusters: the cluster id tells them apart.</summary>
    internal const string ServiceId = "distconv";

    private const string Scheme = "redis://";
    private const int DefaultPort = 6379;
    private const int MaxClusterIdLength = 64;

    /// <summary>Reads an address.</summary>
    /// <param name="text">redis://HOST or redis://HOST:PORT; HOST is a name, an IPv4 address, or an IPv6 address in brackets.</param>
    /// <param name="source">What gave it, for the error's line: an option or an environment variable.</param>
    /// <returns>The address; its port is 6379 if none is given.</returns>
    /// <exception cref="InvalidInputException">It is something else.</exception>
    public static ClusterAddress Parse(string text, string source = "cluster")
    {
        ArgumentNullException.ThrowIfNull(text);
        string given = text.Trim();
        if (given.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong(text, source, "TLS is not supported; keep Redis on an internal network and use redis://HOST:PORT");
        }

        if (!given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)) throw Wrong(text, source, "give redis://HOST:PORT");
        string rest = given[Scheme.Length..].TrimEnd('/');
        if (rest.Contains('@', StringComparison.Ordinal)) throw Wrong(text, source, "a user or a password is not supported; give redis://HOST:PORT");
        if (rest.IndexOfAny(['/', '?', '#', ',']) >= 0) throw Wrong(text, source, "nothing may follow the port; give redis://HOST:PORT");
        if (!TrySplit(rest, out string? host, out string? port)) throw Wrong(text, source, "give redis://HOST:PORT, an IPv6 address in brackets");
        if (Uri.CheckHostName(host) == UriHostNameType.Unknown) throw Wrong(text, source, $"'{host}' is not a host name or an address");
        int number = DefaultPort;
        if (port is not null && !(int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is > 0 and <= 65_535))
        {
            throw Wrong(text, source, $"the port is '{port}'; give one from 1 to 65535");
        }

        return new ClusterAddress(host, number);
    }

    /// <summary>Checks a cluster's id.</summary>
    /// <param name="text">1 to 64 letters, digits, '-', '_' or '.'.</param>
    /// <param name="source">What gave it, for the error's line.</param>
    /// <returns>The id.</returns>
    /// <exception cref="InvalidInputException">It is something else.</exception>
    public static string ParseClusterId(string text, string source = "clusterId")
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length is > 0 and <= MaxClusterIdLength && text.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')
            ? text
            : throw new InvalidInputException($"{source} is '{text}'; give 1 to {MaxClusterIdLength} letters, digits, '-', '_' or '.'");
    }

    /// <summary>The address as <see cref="Parse"/> reads it.</summary>
    /// <returns>redis://HOST:PORT.</returns>
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"{Scheme}[{Host}]:{Port}" : $"{Scheme}{Host}:{Port}";

    private static bool TrySplit(string text, [NotNullWhen(true)] out string? host, out string? port)
    {
        (host, port) = (null, null);
        int after = 0;
        if (text.StartsWith('['))
        {
            after = text.IndexOf(']', StringComparison.Ordinal) + 1;
            if (after == 0) return false;
        }

        int colon = text.IndexOf(':', after);
        if (after > 0 && colon != after && text.Length != after) return false;
        string name = colon < 0 ? text : text[..colon];
        host = after > 0 ? name[1..^1] : name;
        port = colon < 0 ? null : text[(colon + 1)..];
        return host.Length > 0;
    }

    private static InvalidInputException Wrong(string text, string source, string right) => new($"{source} is '{text}': {right}");
}
