using DistConv.Chaos.Harness;
using DistConv.Core;

namespace DistConv.Chaos.Runs;

/// <summary>Networks by name.</summary>
internal static class Fabrics
{
    /// <summary>What <c>--network</c> takes.</summary>
    public const string Choices = "auto|namespaces|proxy|loopback";

    /// <summary>Builds a network.</summary>
    /// <param name="name">"auto" takes namespaces where they are allowed, else proxies.</param>
    /// <exception cref="InvalidInputException">Another name, or it cannot be had.</exception>
    public static async Task<Fabric> CreateAsync(string name) => name switch
    {
        "loopback" => new Fabric(),
        "proxy" => new ProxyFabric(),
        "auto" => (Fabric?)await NamespaceFabric.TryCreateAsync() ?? new ProxyFabric(),
        "namespaces" => (Fabric?)await NamespaceFabric.TryCreateAsync()
            ?? throw new InvalidInputException("--network namespaces needs Linux, root, ip and iptables; --network proxy needs nothing"),
        _ => throw new InvalidInputException($"--network is '{name}'; the choices are {Choices}"),
    };
}
