using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Cli.Running;

/// <summary>A job in which everything fits together.</summary>
/// <param name="Spec">What determines its bits.</param>
/// <param name="Model">Its model with all shapes.</param>
/// <param name="Data">Its data set.</param>
/// <param name="Plan">Its division over shards.</param>
/// <param name="DataDirectory">Where a silo finds the data set by the name in <see cref="JobSpec.Data"/>; null if it needs no folder.</param>
/// <param name="InitialWeights">The weights of <see cref="JobSpec.InitialWeights"/>, in the order of a snapshot; null if the seed draws them, or the job has begun.</param>
internal sealed record PlannedJob(JobSpec Spec, ModelPlan Model, DataSource Data, ShardPlan Plan, string? DataDirectory, float[]? InitialWeights = null);
