using DistConv.Training.Jobs;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Client.Running;

/// <summary>Where a job stands that this process trains, as its trainer tells it.</summary>
internal sealed class TrainerProgress(IJobTrainer trainer, JobFolder folder) : IJobProgress
{
    /// <inheritdoc/>
    public string Job => folder.Id;

    /// <inheritdoc/>
    public JobSpec Specification => folder.Spec;

    /// <inheritdoc/>
    public ShardPlan Plan { get; } = ShardPlan.Of(folder.Spec);

    /// <inheritdoc/>
    public int EpochCount { get; init; }

    /// <inheritdoc/>
    public async Task<JobLook> LookAsync(CancellationToken cancellation) => new(await trainer.GetStatusAsync(folder.Id).WaitAsync(cancellation), []);
}
