using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Runtime;

namespace DistConv.Grains.Hosting;

/// <summary>Lets clients call <see cref="IJobsGrain"/> and nothing else: what silos tell each other is not checked as strangers' input is.</summary>
/// <param name="options">Whether other interfaces than those of DistConv are closed to clients, too.</param>
/// <param name="logger">Gets a line for a call that is refused.</param>
internal sealed class ClientCallFilter(IOptions<DistConvOptions> options, ILogger<ClientCallFilter> logger) : IIncomingGrainCallFilter
{
    /// <summary>How the keys of clients begin that live in a silo's own process (Orleans's HostedClient).</summary>
    private const string HostedPrefix = "hosted-";

    /// <summary>By which a client of Orleans learns, when it connects, what grains there are. The interface is internal to Orleans.</summary>
    private const string Manifest = "Orleans.Runtime.IClusterManifestSystemTarget";

    private const string OwnNamespace = nameof(DistConv) + ".";

    private readonly bool _isExclusive = options.Value.ClientsReachJobsOnly;

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is not { } source || !IsOutside(source) || IsOpen(context.InterfaceMethod.DeclaringType)) return context.Invoke();
        Log.ClientCallRefused(logger, context.InterfaceName, context.MethodName, source.ToString());
        throw new InvalidInputException($"{context.InterfaceName}.{context.MethodName} is not for clients; they call {nameof(IJobsGrain)}");
    }

    private bool IsOpen(Type? called) => called == typeof(IJobsGrain) || called?.FullName is { } name
        && (name == Manifest || (!_isExclusive && !name.StartsWith(OwnNamespace, StringComparison.Ordinal)));

    private static bool IsOutside(GrainId source) =>
        source.IsClient() && source.Key.ToString()?.StartsWith(HostedPrefix, StringComparison.Ordinal) != true;
}
