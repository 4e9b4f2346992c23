using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Client.Security;
using DistConv.Core;
using DistConv.Grains.Contracts;

namespace DistConv.Cli.Commands.Certs;

/// <summary><c>distconv certs client</c>: makes the folder that a client needs.</summary>
internal static class CertsClientCommand
{
    /// <summary>What <c>--role</c> takes.</summary>
    public static IReadOnlyList<string> Roles { get; } = [.. Enum.GetValues<ClientRole>().Select(CertificateNames.RoleName)];

    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "client",
            "Make a client's certificate. The folder is what --tls of the commands with --cluster takes.",
            "distconv certs client ada --authority authority --name ada",
            "distconv certs client wall --authority authority --name wall-display --role view --days 365");
        Argument<string> folder = CertsCommand.Folder("Where it goes; a certificate that is there is replaced.");
        Option<string> authority = CertsCommand.Authority();
        Option<string> name = new("--name") { Description = "Who it is: letters, digits, '-', '_', '.' and '@'.", HelpName = "NAME", Required = true };
        Option<string?> role = new("--role")
        {
            Description = $"What it may do: {string.Join(", ", Roles)}, each including those before it [default: submit].",
            HelpName = "ROLE",
        };
        Option<string?> clusterId = CertsCommand.ClusterId();
        Option<int?> days = CertsCommand.Days(CertificateAuthority.DefaultDays);
        foreach (Option option in (Option[])[authority, name, role, clusterId, days]) command.Add(option);
        command.Add(folder);
        command.SetAction(parsed =>
        {
            ClientRole given = Role(parsed.GetValue(role));
            string id = parsed.ReadClusterId(clusterId, context), to = parsed.GetRequiredValue(folder), who = parsed.GetRequiredValue(name);
            DateTimeOffset end = CertificateAuthority.IssueClient(
                parsed.GetRequiredValue(authority), to, who, given, id, parsed.GetValue(days) ?? CertificateAuthority.DefaultDays, context.Time);
            string may = CertificateNames.RoleName(given);
            context.Output.Say($"{to} lets {who} {may} in cluster '{id}' until {CertsCommand.Day(end)}: distconv jobs list --cluster … --tls {to}");
            return ExitCodes.Done;
        });
        return command;
    }

    private static ClientRole Role(string? text) => text is null ? ClientRole.Submit : Roles.ToList().IndexOf(text) is var index and >= 0
        ? Enum.GetValues<ClientRole>()[index]
        : throw new InvalidInputException($"--role is '{text}'; choose one of: {string.Join(", ", Roles)}{Suggestion.DidYouMean(text, Roles)}");
}
