using System.Globalization;
using System.Net;
using System.Net.Sockets;
using DistConv.Core;

namespace DistConv.Cli.Options;

/// <summary>Reads addresses and ports.</summary>
internal static class EndPointText
{
    /// <summary>ADDRESS:PORT, for a socket to listen on.</summary>
    /// <param name="setting">Such as 0.0.0.0:11111, [::]:0 or localhost:8080.</param>
    /// <exception cref="InvalidInputException">It is something else.</exception>
    public static IPEndPoint Listen(NamedSetting setting)
    {
        if (Split(setting.Value) is not ({ } host, { } port)) throw Wrong(setting, "give ADDRESS:PORT, such as 0.0.0.0:11111");
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return new IPEndPoint(IPAddress.Loopback, Port(setting, port));
        return IPAddress.TryParse(host, out IPAddress? address) && IsWritten(host)
            ? new IPEndPoint(address, Port(setting, port))
            : throw Wrong(setting, $"'{host}' is not an address of this machine; give one, or 0.0.0.0 for all");
    }

    /// <summary>ADDRESS or ADDRESS:PORT, for others to connect to.</summary>
    /// <param name="setting">A name is looked up.</param>
    /// <exception cref="InvalidInputException">It is something else, or nobody knows the name.</exception>
    public static (IPAddress Address, int? Port) Advertised(NamedSetting setting)
    {
        if (Split(setting.Value) is not ({ } host, var port)) throw Wrong(setting, "give ADDRESS or ADDRESS:PORT");
        int? number = port is null ? null : Port(setting, port);
        if (number == 0) throw Wrong(setting, "nobody reaches port 0");
        if (IPAddress.TryParse(host, out IPAddress? address) && IsWritten(host))
        {
            return IsAll(address)
                ? throw Wrong(setting, "others cannot connect to it; give this machine's address")
                : (address, number);
        }

        try
        {
            IPAddress[] found = Dns.GetHostAddresses(host);
            return (found.FirstOrDefault(one => one.AddressFamily == AddressFamily.InterNetwork) ?? found[0], number);
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            throw Wrong(setting, $"'{host}' is neither an address nor a name that this machine knows");
        }
    }

    /// <summary>A port alone.</summary>
    /// <param name="setting">0 to 65,535.</param>
    /// <exception cref="InvalidInputException">It is something else.</exception>
    public static int Port(NamedSetting setting) => Port(setting, setting.Value);

    /// <summary>Whether an address means all addresses of a machine: one can listen on it, and not connect to it.</summary>
    public static bool IsAll(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    private static int Port(NamedSetting setting, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int port) && port <= IPEndPoint.MaxPort
            ? port
            : throw Wrong(setting, $"the port is '{text}'; give one from 0 (any free one) to 65535");

    /// <summary>"1.2.3.4:5", "[::1]:5" and "host:5"; the port is null if there is none, the host if the text is none of these.</summary>
    private static (string? Host, string? Port) Split(string text)
    {
        int end = text.StartsWith('[') ? text.IndexOf(']', StringComparison.Ordinal) : -1;
        if (end > 0)
        {
            string rest = text[(end + 1)..];
            return rest.Length == 0 ? (text[1..end], null) : rest[0] == ':' ? (text[1..end], rest[1..]) : (null, null);
        }

        string[] parts = text.Split(':');
        return parts switch
        {
            [{ Length: > 0 } host] => (host, null),
            [{ Length: > 0 } host, { } port] => (host, port),
            _ => (null, null),
        };
    }

    /// <summary>The system also reads "11111" as an address.</summary>
    private static bool IsWritten(string host) => host.Contains('.', StringComparison.Ordinal) || host.Contains(':', StringComparison.Ordinal);

    private static InvalidInputException Wrong(NamedSetting setting, string right) => new($"{setting.Source} is '{setting.Value}': {right}");
}
