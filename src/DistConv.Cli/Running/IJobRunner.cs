using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Cli.Running;

/// <summary>What trains a job that stands in the store: an embedded cluster, or the control run.</summary>
internal interface IJobRunner : IAsyncDisposable
{
    /// <summary>Starts a job, or goes on with it from its newest snapshot.</summary>
    Task StartAsync(string job, RunOptions options);

    /// <summary>Where the job stands.</summary>
    Task<JobStatus> GetStatusAsync(string job);

    /// <summary>Asks for the end at the next step boundary, with a snapshot.</summary>
    Task StopAsync(string job);
}
