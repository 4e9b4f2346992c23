namespace DistConv.Silo;

/// <summary>Settings of an <see cref="EmbeddedCluster"/>.</summary>
/// <param name="StoreDirectory">The job store.</param>
/// <param name="DataDirectory">The folder with data sets; null: only <c>digits</c>, which needs none, or the folder that a resumed job was started
/// with.</param>
/// <param name="Threads">Compute threads, 1 to 1,024.</param>
/// <param name="Kernel">Name of the kernel set; null: the one that <c>DISTCONV_KERNEL</c> names, else the fastest.</param>
/// <param name="ConsoleTelemetry">Whether OpenTelemetry's console exporter writes metrics (every 10 s and at the end) and activities of "DistConv"
/// to standard output.</param>
public sealed record EmbeddedClusterOptions(string StoreDirectory, string? DataDirectory, int Threads, string? Kernel, bool ConsoleTelemetry);
