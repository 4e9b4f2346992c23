namespace DistConv.Grains.Contracts;

/// <summary>The version of the messages between silos.</summary>
public static class Protocol
{
    /// <summary>The version of this build. A silo that speaks another one gets no shard.</summary>
    public const int Version = 5;
}
