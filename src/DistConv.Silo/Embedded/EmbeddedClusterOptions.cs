namespace DistConv.Silo.Embedded;

/// <summary>Settings of an <see cref="EmbeddedCluster"/>.</summary>
/// <param name="StoreDirectory">The job store.</param>
/// <param name="DataDirectory">The folder with data sets; null: the folder that a resumed job was started with, then the cache. <c>digits</c> needs
/// none.</param>
/// <param name="Threads">Compute threads of each silo, 1 to 1,024.</param>
/// <param name="Kernel">Name of the kernel set; null: the one that <c>DISTCONV_KERNEL</c> names, else the fastest.</param>
/// <param name="ConsoleTelemetry">Whether OpenTelemetry's console exporter writes metrics (every 10 s and at the end) and activities of "DistConv"
/// to standard output. Only this process's.</param>
public sealed record EmbeddedClusterOptions(string StoreDirectory, string? DataDirectory, int Threads, string? Kernel, bool ConsoleTelemetry)
{
    /// <summary>The cache; null: the user's.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Silos of the cluster: this process is one, the others are child processes. Default: 1.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>The program that calls <see cref="ChildSilo.RunAsync"/>, with its arguments; needed for more than one silo.</summary>
    public IReadOnlyList<string> ChildCommand { get; init; } = [];

    /// <summary>Where warnings and errors go, one line at a time, from any thread. Default: standard error.</summary>
    public Action<string> Warn { get; init; } = static line => Console.Error.WriteLine($"warning: {line}");
}
