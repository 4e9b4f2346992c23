using System.Net;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Client;
using DistConv.Client.Sources;
using DistConv.Dashboard;

namespace DistConv.Cli.Running;

/// <summary>Starts dashboards. Nothing else of the command line uses DistConv.Dashboard, so that it is loaded only where one is wanted.</summary>
internal static class DashboardHosting
{
    /// <summary>Starts one and says where it is.</summary>
    /// <param name="choice">What is wanted.</param>
    /// <param name="jobs">The jobs; not disposed with it.</param>
    /// <param name="data">Where data sets are.</param>
    /// <param name="context">Where it is said, and the clock.</param>
    /// <returns>The dashboard, to be disposed.</returns>
    /// <exception cref="Core.InvalidInputException">The token or a setting is wrong, or the port is taken.</exception>
    public static Task<IAsyncDisposable> StartAsync(DashboardChoice choice, IJobSource jobs, DataOptions data, CliContext context) =>
        StartAsync(choice, new SourceClient(jobs, data, context.Time), context, context.Output.Say);

    /// <summary>Starts one and says where it is.</summary>
    /// <param name="choice">What is wanted.</param>
    /// <param name="client">The jobs; not disposed with it.</param>
    /// <param name="context">Where faults are said, and the clock.</param>
    /// <param name="say">Gets the line with the link.</param>
    /// <returns>The dashboard, to be disposed.</returns>
    /// <exception cref="Core.InvalidInputException">The token or a setting is wrong, or the port is taken.</exception>
    public static async Task<IAsyncDisposable> StartAsync(DashboardChoice choice, IDistConvClient client, CliContext context, Action<string> say)
    {
        DashboardServer server = await DashboardServer.StartAsync(
            client,
            new DashboardOptions
            {
                Listen = choice.Listen,
                Token = choice.Token is { } token ? DashboardToken.Parse(token.Value, token.Source) : null,
                AllowedHosts = choice.AllowedHosts,
                Warn = context.Output.Warn,
                Time = context.Time,
            },
            context.Stop);
        string how = choice.Token is { } given ? $"{server.Address} (the token is that of {given.Source})" : $"{server.Link}";
        say($"dashboard: {how}");
        if (!IPAddress.IsLoopback(choice.Listen.Address))
            context.Output.Warn("the dashboard is not encrypted: whoever can read this network's traffic can read its token; see 'Dashboard' in docs/guide.md");
        return server;
    }
}
