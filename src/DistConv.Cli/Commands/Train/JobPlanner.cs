using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Optimizers;
using DistConv.Training.Shards;

namespace DistConv.Cli.Commands.Train;

/// <summary>Turns a request into a job, or says why it cannot be one. Writes nothing.</summary>
internal static class JobPlanner
{
    /// <summary>Length of a job if neither epochs nor steps are given.</summary>
    public const int DefaultEpochs = 2;

    /// <summary>Looks up model and data and checks that everything fits.</summary>
    /// <exception cref="InvalidInputException">Something does not; the line names it.</exception>
    public static PlannedJob Plan(TrainRequest request)
    {
        OptimizerSpec optimizer = OptimizerChoice.Create(request.Optimizer, request.LearningRate, request.Momentum, request.Nesterov);
        ModelPlan model = ModelSpec.Load(request.Model).Infer();
        (DataSource data, string? directory) = JobData.Open(request.Data, request.Run.DataFolders);
        JobChecks.EnsureFits(model.Model, data);
        int samples = request.Samples ?? data.Train.Count;
        if (samples > data.Train.Count)
            throw new InvalidInputException($"--samples is {samples}, but data set '{data.Name}' has {data.Train.Count} training samples; give 1 to {data.Train.Count}");
        ShardPlan plan = new(samples, request.Batch, request.Shards);
        long totalSteps = request.Steps ?? (long)(request.Epochs ?? DefaultEpochs) * plan.StepsPerEpoch;
        if (totalSteps > RunOptionSet.MaxSteps)
            throw new InvalidInputException($"--epochs {request.Epochs} are {totalSteps} steps; a job has at most {RunOptionSet.MaxSteps}");
        EnsureStopIsInside(request.Run.StopAt, totalSteps);
        JobSpec spec = new()
        {
            ModelName = model.Model.Name,
            ModelJson = model.Model.ToJson(),
            Data = data.Name,
            DataFingerprint = data.Fingerprint,
            Samples = samples,
            TotalSteps = totalSteps,
            GlobalBatch = request.Batch,
            Shards = request.Shards,
            Seed = request.Seed,
            Optimizer = optimizer,
            NumericsVersion = NumericsVersion.Current,
        };
        return new PlannedJob(spec, model, data, plan, directory);
    }

    /// <summary>Checks <c>--stop-at</c> against the job's length.</summary>
    /// <exception cref="InvalidInputException">The job ends before that step.</exception>
    public static void EnsureStopIsInside(long? stopAt, long totalSteps)
    {
        if (stopAt > totalSteps) throw new InvalidInputException($"--stop-at is {stopAt}, but the job has {totalSteps} steps; give 1 to {totalSteps}");
    }
}
