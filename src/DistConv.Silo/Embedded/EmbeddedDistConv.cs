using DistConv.Client;
using DistConv.Client.Hosting;
using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Training.Jobs;
using Microsoft.Extensions.Logging;

namespace DistConv.Silo.Embedded;

/// <summary>DistConv in this process: an Orleans silo on the loopback interface that nobody else can reach, and a client of it.</summary>
public static class EmbeddedDistConv
{
    /// <summary>Starts it.</summary>
    /// <param name="options">Its settings; null: the defaults.</param>
    /// <param name="log">Gets warnings; null: nobody does.</param>
    /// <param name="ct">Gives the start up.</param>
    /// <returns>The client. Disposing it ends its jobs at a step boundary with a snapshot; a later process can resume them.</returns>
    /// <exception cref="InvalidInputException">A setting is out of range, or the store cannot be written.</exception>
    public static async Task<IDistConvClient> StartAsync(EmbeddedOptions? options = null, ILoggerFactory? log = null, CancellationToken ct = default)
    {
        options ??= new EmbeddedOptions();
        EnsureValid(options);
        await Task.Run(() => new JobStore(options.StoreDirectory), ct).WaitAsync(ct); // Refuses a folder that no job could be written to.
        EmbeddedClusterOptions cluster = new(options.StoreDirectory, DataDirectory: null, options.Threads, options.Kernel)
        {
            CacheDirectory = options.Data.CacheDirectory,
            DataMemoryBytes = options.Data.MemoryBytes,
            Silos = options.Silos,
            ChildCommand = options.ChildCommand,
            Warn = ClientLog.To(log),
        };
        EmbeddedJobTrainer trainer = await EmbeddedJobTrainer.StartAsync(cluster, ct);
        return new SourceClient(new StoreSource(options.StoreDirectory, options.Data, TimeProvider.System, trainer), options.Data, TimeProvider.System);
    }

    private static void EnsureValid(EmbeddedOptions options)
    {
        List<SettingProblem> problems = [];
        if (string.IsNullOrWhiteSpace(options.StoreDirectory)) problems.Add(new SettingProblem("StoreDirectory", "is empty; name a folder"));
        if (options.Threads is < 1 or > 1024) problems.Add(new SettingProblem("Threads", $"is {options.Threads}; give 1 to 1024"));
        if (options.Silos is < 1 or > 64) problems.Add(new SettingProblem("Silos", $"is {options.Silos}; give 1 to 64"));
        if (options is { Silos: > 1, ChildCommand: null or { Count: 0 } })
            problems.Add(new SettingProblem(
                "Silos", $"is {options.Silos}, but ChildCommand is empty; name a program that calls ChildSilo.RunAsync, or use one silo"));
        InvalidInputException.ThrowIfAny(problems);
    }
}
