using System.Text.Json.Serialization;

namespace DistConv.Silo.Embedded;

/// <summary>What a child silo is told, as one line of JSON on its standard input.</summary>
/// <param name="Port">The port to listen on; another if it is taken.</param>
/// <param name="PrimaryPort">The port of the silo that keeps the membership: the parent's.</param>
/// <param name="ClusterId">The cluster's own id.</param>
/// <param name="StoreDirectory">The job store, as a full path.</param>
/// <param name="DataDirectory">The folder with data sets, or null.</param>
/// <param name="CacheDirectory">The cache, or null.</param>
/// <param name="Threads">Compute threads.</param>
/// <param name="Kernel">Name of the kernel set, or null.</param>
/// <param name="DataMemoryBytes">The most memory that pictures may take, or null.</param>
internal sealed record ChildSiloSettings(
    int Port, int PrimaryPort, string ClusterId, string StoreDirectory, string? DataDirectory, string? CacheDirectory, int Threads, string? Kernel,
    long? DataMemoryBytes);

/// <summary>The JSON of <see cref="ChildSiloSettings"/>.</summary>
[JsonSerializable(typeof(ChildSiloSettings))]
internal sealed partial class ChildSiloJson : JsonSerializerContext;
