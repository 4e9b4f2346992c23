using System.Reflection;

namespace DistConv.Grains.Contracts;

/// <summary>The version of the messages between silos.</summary>
public static class Protocol
{
    /// <summary>The version of this build. A silo that speaks another one gets no shard.</summary>
    public const int Version = 9;

    /// <summary>DistConv's version, for people who compare silos.</summary>
    public static string Build { get; } = typeof(Protocol).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
}
