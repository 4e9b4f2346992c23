using System.Reflection;
using DistConv.Core;
using DistConv.Grains.Contracts;
using DistConv.Grains.Diagnostics;
using DistConv.Grains.Settings;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace DistConv.Grains.Access;

/// <summary>
/// Lets clients call <see cref="IJobsGrain"/> and nothing else, each method as far as their role goes: what silos tell each other is not checked as strangers'
/// input is. Calls that change something leave a line.
/// </summary>
/// <param name="options">Whether other interfaces than those of DistConv are closed to clients, too.</param>
/// <param name="clients">Who is connected.</param>
/// <param name="own">Knows this process's own calls.</param>
/// <param name="logger">Gets a line for a call that is refused.</param>
/// <param name="loggers">Makes the log of changes.</param>
internal sealed class ClientCallFilter(
    IOptions<DistConvOptions> options, ConnectedClients clients, OwnCalls own, ILogger<ClientCallFilter> logger, ILoggerFactory loggers)
    : IIncomingGrainCallFilter
{
    /// <summary>How the keys of clients begin that live in a silo's own process (Orleans's HostedClient).</summary>
    private const string HostedPrefix = "hosted-";

    /// <summary>By which a client of Orleans learns, when it connects, what grains there are. The interface is internal to Orleans.</summary>
    private const string Manifest = "Orleans.Runtime.IClusterManifestSystemTarget";

    private const string OwnNamespace = nameof(DistConv) + ".";

    private readonly bool _isExclusive = options.Value.ClientsReachJobsOnly;
    private readonly ILogger _audit = loggers.CreateLogger(ConnectedClients.AuditCategory);

    /// <inheritdoc/>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is not { } source || !source.IsClient()) return context.Invoke();
        string key = source.Key.ToString() ?? "";
        if (key.StartsWith(HostedPrefix, StringComparison.Ordinal) && own.IsOwn) return context.Invoke();
        Type? called = context.InterfaceMethod.DeclaringType;
        if (called == typeof(IJobsGrain)) return InvokeAsync(context, key);
        if (IsOpen(called)) return context.Invoke();
        Log.ClientCallRefused(logger, context.InterfaceName, context.MethodName, source.ToString());
        throw new InvalidInputException($"{context.InterfaceName}.{context.MethodName} is not for clients; they call {nameof(IJobsGrain)}");
    }

    private async Task InvokeAsync(IIncomingGrainCallContext context, string key)
    {
        ClientRole needed = context.InterfaceMethod.GetCustomAttribute<RequiresRoleAttribute>()?.Role
            ?? throw new InvalidInputException($"{context.MethodName} is not for clients");
        ClientIdentity? identity = clients.Find(key);
        if (clients.IsRequired) EnsureMay(context, identity, needed);
        await context.Invoke();
        if (identity is null || needed == ClientRole.View) return;
        string job = context.Request.GetArgumentCount() > 0 ? $"{context.Request.GetArgument(0)}" : "";
        Log.Audit(_audit, $"{identity.Name} ({Word(identity.Role)})", context.MethodName, job);
    }

    private void EnsureMay(IIncomingGrainCallContext context, ClientIdentity? identity, ClientRole needed)
    {
        string? problem = identity switch
        {
            null => $"{context.MethodName} is not for a client whose connection does not end at this silo",
            { Role: var role } when role < needed =>
                $"{identity.Name} has the role {Word(identity.Role)}, and {context.MethodName} needs {Word(needed)}: ask for another certificate",
            _ => null,
        };
        if (problem is null) return;
        Log.ClientCallRefused(logger, context.InterfaceName, context.MethodName, problem);
        throw new InvalidInputException(problem);
    }

    private bool IsOpen(Type? called) =>
        called?.FullName is { } name && (name == Manifest || (!_isExclusive && !name.StartsWith(OwnNamespace, StringComparison.Ordinal)));

    private static string Word(ClientRole role) => role.ToString().ToLowerInvariant();
}
