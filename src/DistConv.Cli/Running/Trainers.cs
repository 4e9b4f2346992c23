using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Client.Running;
using DistConv.Core.Kernels;
using DistConv.Silo.Embedded;

namespace DistConv.Cli.Running;

/// <summary>Chooses what trains a job of this machine's store.</summary>
internal static class Trainers
{
    /// <summary>Starts the control run's trainer, or an embedded cluster.</summary>
    public static Task<IJobTrainer> StartAsync(RunRequest request, KernelSet kernel, CliContext context, CancellationToken stop) =>
        StartAsync(request, kernel, context, context.Output.Warn, stop);

    /// <summary>As the other, with warnings to somebody else.</summary>
    public static async Task<IJobTrainer> StartAsync(
        RunRequest request, KernelSet kernel, CliContext context, Action<string> warn, CancellationToken stop)
    {
        if (request.Local) return new LocalJobTrainer(request.Threads, kernel, context.Time);
        EmbeddedClusterOptions options = new(request.Store.Directory, DataDirectory: null, request.Threads, kernel.Name)
        {
            Telemetry = request.Telemetry,
            CacheDirectory = request.Data.CacheDirectory,
            DataMemoryBytes = request.Data.MemoryBytes,
            Silos = request.Silos,
            ChildCommand = request.Silos > 1 ? SiloProcess.CommandLine() : [],
            Warn = warn,
        };
        return await EmbeddedJobTrainer.StartAsync(options, stop);
    }
}
