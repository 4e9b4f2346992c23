using DistConv.Cli.Context;
using DistConv.Client.Clusters;
using DistConv.Client.Security;
using DistConv.Client.Sources;

namespace DistConv.Cli.Options;

/// <summary>Which cluster a command line means.</summary>
/// <param name="Address">Where its membership is kept.</param>
/// <param name="ClusterId">Its id.</param>
/// <param name="Certificates">The folder of this client's certificate; null: connections have no TLS.</param>
/// <param name="Argument">What to add to a command so that it finds the same cluster: the options that were given, or nothing.</param>
internal sealed record ClusterChoice(ClusterAddress Address, string ClusterId, string? Certificates, string Argument)
{
    /// <summary>What messages call it.</summary>
    public SourceName Name => new($"cluster '{ClusterId}' at {Address}", Argument, IsRemote: true);

    /// <summary>Connects to it.</summary>
    /// <exception cref="Client.Clusters.ClusterUnavailableException">Nobody answers.</exception>
    /// <exception cref="Core.InvalidInputException">It runs another build.</exception>
    public async Task<NamedSource> OpenAsync(CliContext context)
    {
        ClusterConnectionOptions options = new(Address, ClusterId)
        {
            Warn = context.Output.Warn,
            Time = context.Time,
            Tls = Certificates is null ? null : TlsFolder.OpenClient(Certificates, ClusterId, context.Output.Warn, context.Time),
        };
        ClusterConnection connection = await ClusterConnection.OpenAsync(options, context.Stop);
        return new NamedSource(new ClusterSource(connection.Jobs, connection, context.Output.Warn, context.Time), Name);
    }
}
