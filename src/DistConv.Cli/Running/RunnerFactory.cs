using DistConv.Cli.Application;
using DistConv.Cli.Options;
using DistConv.Core.Kernels;
using DistConv.Silo.Embedded;
using DistConv.Training.Jobs;

namespace DistConv.Cli.Running;

/// <summary>Chooses what trains a job.</summary>
internal static class RunnerFactory
{
    /// <summary>Starts the control run's runner or an embedded cluster.</summary>
    public static Task<IJobRunner> StartAsync(JobFolder folder, PlannedJob planned, RunRequest request, KernelSet kernel, CliContext context)
    {
        if (request.Local) return Task.FromResult<IJobRunner>(new LocalRunner(folder, planned, request.Threads, kernel, context.Time));
        string store = Path.GetDirectoryName(folder.Path)!;
        EmbeddedClusterOptions options = new(store, planned.DataDirectory, request.Threads, kernel.Name, request.ConsoleTelemetry)
        {
            CacheDirectory = request.DataFolders.Fetching?.Cache,
            Silos = request.Silos,
            ChildCommand = request.Silos > 1 ? SiloProcess.CommandLine() : [],
            Warn = context.Output.Warn,
        };
        return ClusterRunner.StartAsync(options, context.Stop);
    }
}
