using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace DistConv.Grains.Hosting;

/// <summary>Lets clients call <see cref="IJobsGrain"/> and nothing else of DistConv: what silos tell each other is not checked as strangers' input is.</summary>
/// <param name="logger">Gets a line for a call that is refused.</param>
internal sealed class ClientCallFilter(ILogger<ClientCallFilter> logger) : IIncomingGrainCallFilter
{
    /// <summary>How the keys of clients begin that live in a silo's own process (Orleans's HostedClient).</summary>
    private const string HostedPrefix = "hosted-";

    private const string OwnNamespace = nameof(DistConv) + ".";

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is not { } source || !IsOutside(source) || IsOpen(context.InterfaceMethod.DeclaringType)) return context.Invoke();
        Log.ClientCallRefused(logger, context.InterfaceName, context.MethodName, source.ToString());
        throw new InvalidInputException($"{context.InterfaceName}.{context.MethodName} is not for clients; they call {nameof(IJobsGrain)}");
    }

    /// <summary>Other grains of the same host have rules of their own.</summary>
    private static bool IsOpen(Type? called) =>
        called == typeof(IJobsGrain) || called?.FullName?.StartsWith(OwnNamespace, StringComparison.Ordinal) != true;

    private static bool IsOutside(GrainId source) =>
        source.IsClient() && source.Key.ToString()?.StartsWith(HostedPrefix, StringComparison.Ordinal) != true;
}
