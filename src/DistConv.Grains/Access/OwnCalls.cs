using System.Security.Cryptography;
using System.Text;
using DistConv.Grains.Settings;
using Microsoft.Extensions.Options;

namespace DistConv.Grains.Access;

/// <summary>
/// Marks the calls that silos make from outside their grains (Orleans's hosted client) with the silos' secret: the id of such a client can be guessed, and a
/// stranger's message may claim any sender. Without a secret nothing is marked, and nobody is asked for a mark.
/// </summary>
/// <param name="options">The secret.</param>
internal sealed class OwnCalls(IOptions<DistConvOptions> options) : IOutgoingGrainCallFilter
{
    private const string Key = "DistConv.Own";

    private readonly string? _secret = options.Value.ClusterSecret;

    /// <summary>Whether the call that is being handled is a silo's.</summary>
    public bool IsOwn => _secret is null || (RequestContext.Get(Key) is string shown
        && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(shown), Encoding.UTF8.GetBytes(_secret)));

    /// <inheritdoc/>
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (_secret is not null && context.SourceContext is null) RequestContext.Set(Key, _secret); // Grains call by their own names.
        return context.Invoke();
    }
}
