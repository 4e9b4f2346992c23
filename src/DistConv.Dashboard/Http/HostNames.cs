using System.Net;

namespace DistConv.Dashboard.Http;

/// <summary>
/// The names under which a dashboard answers. A stranger's page can make its own name resolve to this machine (DNS rebinding), and would then be of the same
/// origin as the dashboard. An address cannot be rebound, so addresses are always allowed.
/// </summary>
internal sealed class HostNames(IEnumerable<string> allowed)
{
    private readonly HashSet<string> _names = new(allowed.Append("localhost").Append(Environment.MachineName), StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether a name, without its port, is allowed.</summary>
    public bool Allows(string host) => _names.Contains(host) || IPAddress.TryParse(host.Trim('[', ']'), out _);
}
