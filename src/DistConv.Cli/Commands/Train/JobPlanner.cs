using DistConv.Cli.Datasets;
using DistConv.Cli.Options;
using DistConv.Cli.Running;
using DistConv.Core;
using DistConv.Core.Models;
using DistConv.Core.Shapes;
using DistConv.Filters.Imports;
using DistConv.Images.Folders;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

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
        OptimizerSpec optimizer = OptimizerChoice.Create(request.Optimizer, request.LearningRate, request.Momentum, request.Nesterov, request.WeightDecay);
        ModelPlan model = ModelSpec.Load(request.Model).Infer();
        (DataSource data, string? directory) = JobData.Open(request.Data, request.Run.DataFolders, request.Images);
        EnsureFits(model, data);
        int samples = request.Samples ?? data.Train.Count;
        if (samples > data.Train.Count)
            throw new InvalidInputException($"--samples is {samples}, but data set '{data.Name}' has {data.Train.Count} training samples; give 1 to {data.Train.Count}");
        int validation = ValidationSamples(samples, request.ValidationSplit);
        ShardPlan plan = new(samples - validation, request.Batch, request.Shards);
        long totalSteps = request.Steps ?? (long)(request.Epochs ?? DefaultEpochs) * plan.StepsPerEpoch;
        if (totalSteps > RunOptionSet.MaxSteps)
            throw new InvalidInputException($"--epochs {request.Epochs} are {totalSteps} steps; a job has at most {RunOptionSet.MaxSteps}");
        EnsureStopIsInside(request.Run.StopAt, totalSteps);
        SiloAdvice.EnsureEachHasAShard(request.Run.Silos, request.Shards);
        float[]? weights = request.InitialWeights is { } file ? WeightFile.Read(file, model) : null;
        JobSpec spec = new()
        {
            ModelName = model.Model.Name,
            ModelJson = model.Model.ToJson(),
            Data = data.Name,
            DataFingerprint = data.Fingerprint,
            ClassNames = data.ClassNames is { } names && ClassNames.Known(data.Name) is null ? string.Join('\n', names) : null,
            Samples = plan.Samples,
            ValidationSamples = validation,
            TotalSteps = totalSteps,
            GlobalBatch = request.Batch,
            Shards = request.Shards,
            Seed = request.Seed,
            InitialWeights = weights is null ? null : Snapshot.DigestOf(weights),
            Optimizer = optimizer,
            Schedule = ScheduleChoice.Create(request.Schedule, request.Warmup),
            ClipNorm = request.ClipNorm,
            EarlyStopPatience = request.EarlyStop,
            NumericsVersion = NumericsVersion.Current,
        };
        JobChecks.EnsureSettings(spec);
        return new PlannedJob(spec, model, data, plan, directory, weights);
    }

    /// <summary>Pictures can be brought to the model's size and colours, so the message says how.</summary>
    private static void EnsureFits(ModelPlan model, DataSource data)
    {
        TensorShape input = model.Model.Input;
        if (data.Name.StartsWith(ImageFolderOptions.NamePrefix, StringComparison.Ordinal) && input != data.Train.Shape && input.Channels is 1 or 3)
        {
            throw new InvalidInputException(
                $"model '{model.Model.Name}' takes {input} and the pictures are {data.Train.Shape}; give --image-size {input.Height}x{input.Width} "
                + $"--image-color {(input.Channels == 1 ? "grey" : "rgb")}, or another model");
        }

        DataChecks.EnsureFits(model.Model, data);
    }

    /// <summary>How many samples are kept for validation: as Keras's fit, ⌊N (1 − F)⌋ are trained on.</summary>
    /// <exception cref="InvalidInputException">None is left for one of the two.</exception>
    private static int ValidationSamples(int samples, double? split)
    {
        if (split is not { } fraction) return 0;
        int training = (int)(samples * (1 - fraction));
        return training > 0 && training < samples
            ? samples - training
            : throw new InvalidInputException($"--validation-split is {fraction}: of {samples} samples that leaves {training} for training and {samples - training} for validation");
    }

    /// <summary>Checks <c>--stop-at</c> against the job's length.</summary>
    /// <exception cref="InvalidInputException">The job ends before that step.</exception>
    public static void EnsureStopIsInside(long? stopAt, long totalSteps)
    {
        if (stopAt > totalSteps) throw new InvalidInputException($"--stop-at is {stopAt}, but the job has {totalSteps} steps; give 1 to {totalSteps}");
    }
}
