using System.Net;

namespace DistConv.Dashboard;

/// <summary>Settings of a dashboard.</summary>
public sealed class DashboardOptions
{
    /// <summary>The port if none is given.</summary>
    public const int DefaultPort = 8090;

    /// <summary>Where <see cref="DashboardServer"/> listens; port 0: a free one. Default: 127.0.0.1:8090. Not used inside another host.</summary>
    public IPEndPoint Listen { get; set; } = new(IPAddress.Loopback, DefaultPort);

    /// <summary>The token that every request that changes something has to send as "Authorization: Bearer TOKEN". Null (the default): a new one is
    /// generated.</summary>
    public string? Token { get; set; }

    /// <summary>Whether reading works without the token. Null (the default): yes if <see cref="DashboardServer"/> listens on the loopback interface, and no
    /// otherwise.</summary>
    public bool? AllowsAnonymousReading { get; set; }

    /// <summary>Names, without a port, by which browsers reach the dashboard, beside localhost, this machine's name and IP addresses. A request under another
    /// name is refused: it may come from a page of a stranger. Default: none.</summary>
    public IReadOnlyList<string> AllowedHosts { get; set; } = [];

    /// <summary>How many connections <see cref="DashboardServer"/> accepts at a time, 1 to 10,000. Default: 100.</summary>
    public int MaxConnections { get; set; } = 100;

    /// <summary>How many event streams are served at a time, 1 to 1,000. Default: 16.</summary>
    public int MaxStreams { get; set; } = 16;

    /// <summary>How long a request may take, event streams left out. Default: 10 s.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Gets one line at a time about the dashboard's own faults, from any thread. Default: nobody.</summary>
    public Action<string> Warn { get; set; } = static _ => { };

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;
}
