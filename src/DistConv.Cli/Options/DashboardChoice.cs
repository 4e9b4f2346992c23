using System.Net;

namespace DistConv.Cli.Options;

/// <summary>A dashboard as a command line wishes it.</summary>
/// <param name="Listen">Where it listens.</param>
/// <param name="Token">The token, and what gave it; null: one is generated.</param>
internal sealed record DashboardChoice(IPEndPoint Listen, NamedSetting? Token)
{
    /// <summary>Names by which browsers reach it, beside those that are always allowed.</summary>
    public IReadOnlyList<string> AllowedHosts { get; init; } = [];
}
