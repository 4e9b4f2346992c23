using DistConv.Training.Jobs;
using DistConv.Training.Loop;

namespace DistConv.Client.Running;

/// <summary>What trains the jobs of a store in this process: an embedded cluster, or the control run.</summary>
internal interface IJobTrainer : IAsyncDisposable
{
    /// <summary>Starts a job that is in the store, or goes on with it from its newest snapshot.</summary>
    Task StartAsync(JobFolder folder, TrainingPlan plan, RunOptions options);

    /// <summary>Where a job stands that this was asked to start.</summary>
    Task<JobStatus> GetStatusAsync(string job);

    /// <summary>Asks for the end of the run at the next step boundary, with a snapshot.</summary>
    Task StopAsync(string job);
}
