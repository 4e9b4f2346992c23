using DistConv.Cli.Application;
using DistConv.Cli.Places;
using DistConv.Silo.Cluster;

namespace DistConv.Cli.Options;

/// <summary>Which cluster a command line means.</summary>
/// <param name="Address">Where its membership is kept.</param>
/// <param name="ClusterId">Its id.</param>
/// <param name="Argument">What to add to a command so that it finds the same cluster: the options that were given, or nothing.</param>
internal sealed record ClusterChoice(ClusterAddress Address, string ClusterId, string Argument)
{
    /// <summary>What messages call it.</summary>
    public PlaceName Name => new($"cluster '{ClusterId}' at {Address}", Argument, IsRemote: true);

    /// <summary>Connects to it.</summary>
    /// <exception cref="ClusterUnavailableException">Nobody answers.</exception>
    /// <exception cref="Core.InvalidInputException">It runs another build.</exception>
    public async Task<ClusterPlace> OpenAsync(CliContext context)
    {
        ClusterConnectionOptions options = new(Address, ClusterId) { Warn = context.Output.Warn, Time = context.Time };
        return new ClusterPlace(await ClusterConnection.OpenAsync(options, context.Stop), Name, context);
    }
}
