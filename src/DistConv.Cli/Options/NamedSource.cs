using DistConv.Client.Sources;

namespace DistConv.Cli.Options;

/// <summary>Where jobs are, as a command line names it.</summary>
/// <param name="Jobs">The jobs; disposed with this.</param>
/// <param name="Name">What messages call it.</param>
internal sealed record NamedSource(IJobSource Jobs, SourceName Name) : IAsyncDisposable
{
    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Jobs.DisposeAsync();
}
