using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Client.Security;

namespace DistConv.Cli.Commands.Certs;

/// <summary><c>distconv certs init</c>: makes the two authorities of a cluster.</summary>
internal static class CertsInitCommand
{
    /// <summary>The command.</summary>
    public static Command Create(CliContext context)
    {
        DocumentedCommand command = new(
            "init",
            "Make two authorities, one that signs silos and one that signs clients. Whoever has their keys can make certificates: keep the folder off the "
            + "machines of the cluster.",
            "distconv certs init authority");
        Argument<string> folder = CertsCommand.Folder("Where they go.");
        Option<int?> days = CertsCommand.Days(CertificateAuthority.DefaultAuthorityDays);
        command.Add(folder);
        command.Add(days);
        command.SetAction(parsed => Run(parsed.GetRequiredValue(folder), parsed.GetValue(days) ?? CertificateAuthority.DefaultAuthorityDays, context));
        return command;
    }

    private static int Run(string folder, int days, CliContext context)
    {
        CertificateAuthority.Create(folder, days, context.Time);
        context.Output.Say($"authorities of silos and of clients are in {folder}; their keys make certificates: keep them off the machines of the cluster");
        context.Output.Say($"next: distconv certs silo SILO-DIR --authority {folder}, then distconv certs client CLIENT-DIR --authority {folder} --name NAME");
        return ExitCodes.Done;
    }
}
