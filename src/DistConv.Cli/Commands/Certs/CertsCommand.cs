using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Client.Clusters;

namespace DistConv.Cli.Commands.Certs;

/// <summary><c>distconv certs</c>: certificates for a cluster of people who have no authority of their own.</summary>
internal static class CertsCommand
{
    private const int MaxDays = 36_500;

    /// <summary>The command with its subcommands.</summary>
    public static Command Create(CliContext context) => new DocumentedCommand(
        "certs",
        "Make the certificates by which the silos and clients of a cluster know each other, and look at them.",
        "distconv certs init authority",
        "distconv certs silo silo-1 --authority authority",
        "distconv certs client ada --authority authority --name ada --role submit",
        "distconv certs show ada")
    {
        CertsInitCommand.Create(context),
        CertsSiloCommand.Create(context),
        CertsClientCommand.Create(context),
        CertsShowCommand.Create(context),
    };

    /// <summary>The folder that a command writes or reads.</summary>
    /// <param name="description">What it is.</param>
    public static Argument<string> Folder(string description) => new("DIR") { Description = description };

    /// <summary><c>--authority</c>.</summary>
    public static Option<string> Authority() =>
        new("--authority") { Description = "The folder that 'distconv certs init' made.", HelpName = "DIR", Required = true };

    /// <summary><c>--cluster-id</c>.</summary>
    public static Option<string?> ClusterId() => CommonOptions.Text(
        "--cluster-id", "ID", $"The cluster that it is for [{ClusterOptionSet.IdVariable}; default: {ClusterAddress.DefaultClusterId}].");

    /// <summary>What <c>--cluster-id</c> says.</summary>
    /// <exception cref="Core.InvalidInputException">It is no id.</exception>
    public static string ReadClusterId(this ParseResult parsed, Option<string?> option, CliContext context)
    {
        string? given = parsed.GetValue(option), id = given ?? context.Variable(ClusterOptionSet.IdVariable);
        return id is null ? ClusterAddress.DefaultClusterId : ClusterAddress.ParseClusterId(id, given is null ? ClusterOptionSet.IdVariable : option.Name);
    }

    /// <summary><c>--days</c>.</summary>
    /// <param name="days">How many if it is not given.</param>
    public static Option<int?> Days(int days) => NumberOption.Whole("--days", "N", $"How long it is valid [default: {days}].", 1, MaxDays);

    /// <summary>A day as people write it.</summary>
    public static string Day(DateTimeOffset time) => $"{time.UtcDateTime:yyyy-MM-dd}";
}
