using DistConv.Silo.Exporters;

namespace DistConv.Silo.Embedded;

/// <summary>Settings of an <see cref="EmbeddedCluster"/>.</summary>
/// <param name="StoreDirectory">The job store.</param>
/// <param name="DataDirectory">The folder with data sets; null: the folder that a resumed job was started with, then the cache. <c>digits</c> needs
/// none.</param>
/// <param name="Threads">Compute threads of each silo, 1 to 1,024.</param>
/// <param name="Kernel">Name of the kernel set; null: the one that <c>DISTCONV_KERNEL</c> names, else the fastest.</param>
public sealed record EmbeddedClusterOptions(string StoreDirectory, string? DataDirectory, int Threads, string? Kernel)
{
    /// <summary>Where metrics and traces of this process go; null (the default): nowhere. An embedded cluster has no health port for Prometheus.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>The cache; null: the user's.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>The most memory that the pictures of one data set may take, in bytes; those of a larger folder stay in the cache file and are read by
    /// position. Null (the default): a quarter of the process's memory. It changes no bit.</summary>
    public long? DataMemoryBytes { get; init; }

    /// <summary>Silos of the cluster: this process is one, the others are child processes. Default: 1.</summary>
    public int Silos { get; init; } = 1;

    /// <summary>The program that calls <see cref="ChildSilo.RunAsync"/>, with its arguments; needed for more than one silo.</summary>
    public IReadOnlyList<string> ChildCommand { get; init; } = [];

    /// <summary>Where warnings and errors go, one line at a time, from any thread. Default: standard error.</summary>
    public Action<string> Warn { get; init; } = static line => Console.Error.WriteLine($"warning: {line}");
}
