using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Client.Security;

namespace DistConv.Cli.Commands.Certs;

/// <summary><c>distconv certs silo</c>: makes the folder that a silo needs.</summary>
internal static class CertsSiloCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "silo",
            "Make a silo's certificate. The folder is what 'distconv serve --tls' takes. To renew it, run the same command again: a silo that runs takes the "
            + "new one within a second.",
            "distconv certs silo silo-1 --authority authority",
            "distconv certs silo silo-1 --authority authority --cluster-id lab --days 30");
        Argument<string> folder = CertsCommand.Folder("Where it goes; a certificate that is there is replaced.");
        Option<string> authority = CertsCommand.Authority();
        Option<string?> clusterId = CertsCommand.ClusterId();
        Option<int?> days = CertsCommand.Days(CertificateAuthority.DefaultDays);
        foreach (Option option in (Option[])[authority, clusterId, days]) command.Add(option);
        command.Add(folder);
        command.SetAction(parsed =>
        {
            string id = parsed.ReadClusterId(clusterId, context), to = parsed.GetRequiredValue(folder);
            DateTimeOffset end = CertificateAuthority.IssueSilo(
                parsed.GetRequiredValue(authority), to, id, parsed.GetValue(days) ?? CertificateAuthority.DefaultDays, context.Time);
            context.Output.Say($"{to} is for silos of cluster '{id}' until {CertsCommand.Day(end)}: distconv serve --tls {to}");
            return ExitCodes.Done;
        });
        return command;
    }
}
