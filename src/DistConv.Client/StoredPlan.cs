using DistConv.Client.Datasets;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>The plan of a job that a store has.</summary>
internal static class StoredPlan
{
    /// <summary>The plan of a job that is in a store.</summary>
    /// <param name="folder">The job.</param>
    /// <param name="options">Where data sets are.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <exception cref="InvalidInputException">Its data is not there, or is other data.</exception>
    public static async Task<TrainingPlan> ReadAsync(JobFolder folder, DataOptions options, CancellationToken cancellation)
    {
        folder.EnsureCanRun();
        JobSpec spec = folder.Spec;
        ModelPlan model = spec.Plan();
        (DataSource data, string? directory) = await DataLocator.ReopenAsync(spec, $"job '{folder.Id}'", options, folder.ReadOrigin(), cancellation);
        return new TrainingPlan(spec, model, data, ShardPlan.Of(spec), directory) { Id = folder.Id };
    }
}
