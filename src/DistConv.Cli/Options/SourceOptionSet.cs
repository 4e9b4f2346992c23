using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Core;

namespace DistConv.Cli.Options;

/// <summary>The options that say where jobs are: <c>--store</c>, or <c>--cluster</c> and <c>--cluster-id</c>.</summary>
internal sealed class SourceOptionSet
{
    private readonly Option<string?> _store = CommonOptions.Store();
    private readonly ClusterOptionSet _cluster = new();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Add(_store);
        _cluster.AddTo(command);
    }

    /// <summary>Opens what they name.</summary>
    /// <exception cref="InvalidInputException">They contradict each other, or cannot be read.</exception>
    /// <exception cref="Client.Clusters.ClusterUnavailableException">It is a cluster, and nobody answers.</exception>
    public async Task<NamedSource> OpenAsync(ParseResult parsed, CliContext context) =>
        _cluster.Read(parsed, context, elsewhere: [_store], silosOwn: []) is { } cluster
            ? await cluster.OpenAsync(context)
            : StoreOptions.Read(parsed, _store, context).ToSource(context);
}
