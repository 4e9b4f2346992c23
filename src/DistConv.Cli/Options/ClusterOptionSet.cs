using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Output;
using DistConv.Client.Clusters;
using DistConv.Core;

namespace DistConv.Cli.Options;

/// <summary><c>--cluster</c>, <c>--cluster-id</c> and <c>--tls</c>, and how they go with other options.</summary>
internal sealed class ClusterOptionSet
{
    /// <summary>Environment variable behind <c>--cluster</c>.</summary>
    public const string AddressVariable = "DISTCONV_CLUSTER";

    /// <summary>Environment variable behind <c>--cluster-id</c>.</summary>
    public const string IdVariable = "DISTCONV_CLUSTER_ID";

    /// <summary>Environment variable behind <c>--tls</c>.</summary>
    public const string TlsVariable = "DISTCONV_TLS";

    private readonly Option<string?> _cluster = CommonOptions.Text(
        "--cluster", "redis://HOST:PORT", $"The cluster to use, by the Redis server of its silos; see 'distconv serve' [{AddressVariable}].");

    private readonly Option<string?> _clusterId = CommonOptions.Text(
        "--cluster-id", "ID", $"Which of the clusters of that server [{IdVariable}; default: {ClusterAddress.DefaultClusterId}].");

    private readonly Option<string?> _tls = CommonOptions.Text(
        "--tls", "DIR", $"The folder with your certificate for that cluster, as 'distconv certs client' makes it [{TlsVariable}; default: no TLS].");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_cluster);
        command.Add(_clusterId);
        command.Add(_tls);
    }

    /// <summary>
    /// Reads them. An option that names another place (a store, processes of this machine) contradicts <c>--cluster</c>, and goes before the environment: so
    /// jobs can be trained and looked at without the cluster that a container's environment names.
    /// </summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="context">The environment.</param>
    /// <param name="elsewhere">Options that name another place.</param>
    /// <param name="silosOwn">Options that each silo of a cluster has for itself.</param>
    /// <returns>The cluster, or null if the command line means none.</returns>
    /// <exception cref="InvalidInputException">Options contradict each other, or an address or id cannot be read.</exception>
    public ClusterChoice? Read(ParseResult parsed, CliContext context, IReadOnlyList<Option> elsewhere, IReadOnlyList<Option> silosOwn)
    {
        string? given = parsed.GetValue(_cluster), givenId = parsed.GetValue(_clusterId), givenTls = parsed.GetValue(_tls);
        string? place = elsewhere.FirstOrDefault(option => IsGiven(parsed, option))?.Name;
        string? environment = context.Variable(AddressVariable);
        if (given is not null && place is not null)
            throw new InvalidInputException(
                $"--cluster and {place} exclude each other: the cluster has silos and a store of its own; leave one of the two out");
        string? address = given ?? (place is null ? environment : null);
        if (address is null)
        {
            return (givenId is not null ? "--cluster-id" : givenTls is not null ? "--tls" : null) is not { } idle ? null : throw new InvalidInputException(
                place is null
                    ? $"{idle} needs --cluster redis://HOST:PORT (or {AddressVariable})"
                    : $"{idle} needs --cluster, which {place} excludes; leave it out");
        }

        if (silosOwn.FirstOrDefault(option => IsGiven(parsed, option))?.Name is { } own)
        {
            string where = given is not null ? "--cluster" : $"the cluster that {AddressVariable} names";
            string instead = given is not null ? "leave it out" : "leave it out, or add --silos 1 to train in this process instead";
            throw new InvalidInputException($"{own} has no effect with {where}, each of whose silos has its own settings (see 'distconv serve'); {instead}");
        }

        string source = given is not null ? "--cluster" : AddressVariable;
        string? id = givenId ?? context.Variable(IdVariable);
        return new ClusterChoice(
            ClusterAddress.Parse(address, source),
            id is null ? ClusterAddress.DefaultClusterId : ClusterAddress.ParseClusterId(id, givenId is not null ? "--cluster-id" : IdVariable),
            givenTls ?? context.Variable(TlsVariable),
            Argument("--cluster", given) + Argument("--cluster-id", givenId) + Argument("--tls", givenTls));
    }

    private static string Argument(string option, string? value) => value is null ? "" : $" {option} {Format.ShellWord(value)}";

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };
}
