using System.CommandLine;
using System.Net;
using DistConv.Cli.Context;
using DistConv.Core;
using DistConv.Dashboard;

namespace DistConv.Cli.Options;

/// <summary><c>--dashboard</c> of commands that train: it stays the only trace of the dashboard where it is not given.</summary>
internal sealed class DashboardOptionSet
{
    /// <summary>Environment variable with the token.</summary>
    public const string TokenVariable = "DISTCONV_DASHBOARD_TOKEN";

    /// <summary>The option.</summary>
    public Option<string?> Option { get; } = new("--dashboard")
    {
        Description = "Serve a web page that shows the job while it runs; without ADDRESS, only to this machine "
            + $"[token: {TokenVariable}, or a new one; default PORT: {DashboardOptions.DefaultPort}].",
        HelpName = "[ADDRESS:]PORT",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = static result => result.Tokens is [{ } token] ? token.Value : $"{DashboardOptions.DefaultPort}",
    };

    /// <summary>Reads it.</summary>
    /// <returns>Null if no dashboard is wanted.</returns>
    /// <exception cref="InvalidInputException">It is neither a port nor an address with a port.</exception>
    public DashboardChoice? Read(ParseResult parsed, CliContext context) =>
        parsed.GetValue(Option) is { } text ? Read(new NamedSetting(text, Option.Name), context) : null;

    /// <summary>Reads a setting.</summary>
    /// <param name="setting">PORT or ADDRESS:PORT.</param>
    /// <param name="context">The environment.</param>
    /// <exception cref="InvalidInputException">It is neither.</exception>
    public static DashboardChoice Read(NamedSetting setting, CliContext context) => new(
        setting.Value.All(char.IsAsciiDigit) ? new IPEndPoint(IPAddress.Loopback, EndPointText.Port(setting)) : EndPointText.Listen(setting),
        context.Variable(TokenVariable) is { } token ? new NamedSetting(token, TokenVariable) : null);
}
