using DistConv.Client.Sources;
using DistConv.Core;
using DistConv.Core.Augmentations;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Shapes;
using DistConv.Images.Folders;
using DistConv.Training;
using DistConv.Training.Data;
using DistConv.Training.Jobs;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Client.Planning;

/// <summary>Turns a request into a plan, or says why it cannot be one. Writes nothing.</summary>
internal static class JobPlanner
{
    /// <summary>Looks up model and data and checks that everything fits.</summary>
    /// <param name="request">What the job is to be.</param>
    /// <param name="options">Where data sets are.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <param name="jobs">Opens the jobs whose weights the request may name; null: there are none.</param>
    /// <exception cref="InvalidInputException">Something does not fit; the line names it.</exception>
    public static Task<TrainingPlan> PlanAsync(
        TrainingRequest request, DataOptions options, CancellationToken cancellation, Func<CancellationToken, Task<IJobSource>>? jobs = null) =>
        PlanAsync(request, new OpenedData(options), cancellation, jobs);

    /// <summary>The same for one of several jobs that share their data sets.</summary>
    /// <param name="request">What the job is to be.</param>
    /// <param name="opened">Opens data sets, each once.</param>
    /// <param name="cancellation">Ends a download.</param>
    /// <param name="jobs">Opens the jobs whose weights the request may name; null: there are none.</param>
    /// <exception cref="InvalidInputException">Something does not fit; the line names it.</exception>
    public static async Task<TrainingPlan> PlanAsync(
        TrainingRequest request, OpenedData opened, CancellationToken cancellation, Func<CancellationToken, Task<IJobSource>>? jobs = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        InvalidInputException.ThrowIfAny(FindMissing(request));
        (TrainingRequest complete, string? note) = await DefaultModel.ChooseAsync(request, opened, cancellation);
        FineTuning tuning = await FineTuning.OpenAsync(complete, jobs, opened.Warn, cancellation);
        return await PlanAsync(complete, note, tuning, opened, cancellation);
    }

    private static async Task<TrainingPlan> PlanAsync(
        TrainingRequest request, string? chosen, FineTuning tuning, OpenedData opened, CancellationToken cancellation)
    {
        ModelReading reading = request.Model?.Load() ?? tuning.ReadModel();
        ModelPlan model = reading.Model.Infer();
        InvalidInputException.ThrowIfAny(FindProblems(request, model));
        (DataSource data, string? directory) = await opened.OpenAsync(FitTo(model, request.Data), cancellation);
        ModelPlan asked = model;
        if (reading.IsBuiltIn && data.Train.Labels != LabelKind.Class)
            throw new InvalidInputException($"model '{model.Model.Name}' ends in a softmax over classes, but data '{data.Name}' has {data.Train.LabelText()}; "
                + "give a model of your own, which ends in as many units");
        if (reading.IsBuiltIn) model = BuiltInModels.Fit(reading.Model, data.Train.Shape, data.Train.ClassCount).Infer();
        if (reading.IsFreeSize) model = reading.At(data.Train.Shape).Infer();
        model = tuning.Apply(model, data);
        EnsureFits(model, data);
        TrainingSizes sizes = TrainingSizes.Of(request, data);
        int[]? oversampling = request.Oversampling?.Resolve(data.Train, data.ClassNames, sizes.Samples);
        ShardPlan shards = new(oversampling?.Sum() ?? sizes.Samples, sizes.GlobalBatch, sizes.Shards);
        long totalSteps = request.Steps ?? (long)(request.Epochs ?? TrainingSizes.Epochs(request, shards.StepsPerEpoch)) * shards.StepsPerEpoch;
        if (totalSteps > SpecificationLimits.MaxSteps) throw new InvalidInputException(
            $"epochs is {request.Epochs}, which makes {totalSteps} steps; a job has at most {SpecificationLimits.MaxSteps}");
        EnsureStopIsInside(request.StopAt, totalSteps);
        float[]? weights = tuning.ReadWeights(model, reading.Origin);
        JobSpec spec = new()
        {
            ModelName = model.Model.Name,
            ModelJson = model.Model.ToJson(),
            Data = data.Name,
            DataFingerprint = data.Fingerprint,
            ClassNames = data.ClassNames is { } names && ClassNames.Known(data.Name) is null ? string.Join('\n', names) : null,
            Labels = data.Train.Labels,
            Samples = sizes.Samples,
            ValidationSamples = sizes.Validation,
            TotalSteps = totalSteps,
            GlobalBatch = sizes.GlobalBatch,
            Shards = sizes.Shards,
            Seed = request.Seed,
            InitialWeights = weights is null ? null : Snapshot.DigestOf(weights),
            Loss = LossOf(request, model),
            LabelSmoothing = SmoothingOf(request),
            ClassWeights = request.ClassWeights?.Resolve(data.Train, data.ClassNames, sizes.Samples),
            Oversampling = oversampling,
            Augmentation = request.Augmentation,
            Optimizer = request.Optimizer ?? OptimizerSettings.Default(TrainingRequest.DefaultOptimizer),
            Schedule = request.Schedule,
            ClipNorm = request.ClipNorm,
            BestBy = request.BestBy == BestBySettings.Loss ? null : request.BestBy,
            KeepBest = request.KeepBest == 1 ? null : request.KeepBest,
            EarlyStopPatience = request.EarlyStopPatience,
            NumericsVersion = NumericsVersion.Current,
        };
        spec = tuning.Complete(spec);
        InvalidInputException.ThrowIfAny(JobSpecCheck.FindProblemsOfNewJob(spec));
        return new TrainingPlan(spec, model, data, shards, directory)
        {
            Id = request.Id,
            InitialWeights = weights,
            Run = new RunOptions(request.StopAt, request.SnapshotEverySteps, NormsEverySteps: request.NormsEverySteps),
            Notes =
            [
                .. chosen is null ? [] : new[] { chosen }, .. Notes(request, spec, asked, model), .. tuning.Notes, .. ClassBalance.Notes(spec, data),
                .. sizes.Notes(request, data, shards.StepsPerEpoch),
            ],
            Decided = reading.Decided,
        };
    }

    /// <summary>Checks the step at which to stop against the job's length.</summary>
    /// <exception cref="InvalidInputException">The job ends before that step.</exception>
    public static void EnsureStopIsInside(long? stopAt, long totalSteps)
    {
        if (stopAt > totalSteps || stopAt < 1) throw new InvalidInputException(
            $"stopAt is {stopAt}, but the job has {totalSteps} steps; give 1 to {totalSteps}");
    }

    private static List<SettingProblem> FindMissing(TrainingRequest request)
    {
        List<SettingProblem> problems = [];
        if (request.Data is null) problems.Add(new SettingProblem("data", "is missing; name a data set, or a folder of pictures"));
        if (request is { Model: null, InitialWeights: null })
            problems.Add(new SettingProblem("model", "is missing; name a built-in model, or give a file or JSON"));
        return problems;
    }

    /// <summary>What the request's numbers tell by themselves: all of it at once, before data is looked for or downloaded.</summary>
    private static List<SettingProblem> FindProblems(TrainingRequest request, ModelPlan model)
    {
        List<SettingProblem> problems = [];
        if (request.Id is { } id && !JobStore.IsJobId(id)) problems.Add(JobStore.InvalidId(id));
        if (request is { Epochs: not null, Steps: not null }) problems.Add(new SettingProblem("epochs", "and steps exclude each other; give one of them"));
        if (request.ValidationSplit is { } split and not (> 0 and < 1))
            problems.Add(new SettingProblem("validationSplit", $"is {split}; give a number above 0 and below 1"));
        if (request.Epochs is < 1 or > SpecificationLimits.MaxEpochs)
            problems.Add(new SettingProblem("epochs", $"is {request.Epochs}; give 1 to {SpecificationLimits.MaxEpochs}"));
        (int batch, int shards) = TrainingSizes.Choose(request, int.Max(1, request.Samples ?? SpecificationLimits.MaxSamples));
        JobSpec draft = new()
        {
            ModelName = model.Model.Name,
            ModelJson = model.Model.ToJson(),
            Data = "unknown",
            DataFingerprint = "unknown",
            Samples = request.Samples ?? SpecificationLimits.MaxSamples,
            TotalSteps = request.Steps ?? SpecificationLimits.MaxSteps,
            GlobalBatch = batch,
            Shards = shards,
            Seed = request.Seed,
            Loss = LossOf(request, model),
            LabelSmoothing = SmoothingOf(request),
            Optimizer = request.Optimizer ?? OptimizerSettings.Default(TrainingRequest.DefaultOptimizer),
            Schedule = request.Schedule,
            ClipNorm = request.ClipNorm,
            KeepBest = request.KeepBest == 1 ? null : request.KeepBest,
            EarlyStopPatience = request.EarlyStopPatience,
            NumericsVersion = NumericsVersion.Current,
        };
        if (BestBySettings.FindProblem(request.BestBy) is { } unknown) problems.Add(unknown);
        problems.AddRange(JobSpecCheck.FindProblems(draft));
        problems.AddRange(FineTuning.FindProblems(request, model));
        if (request.Augmentation is { } augmentation) problems.AddRange(AugmentationTypes.FindProblems(augmentation, input: null));
        problems.AddRange(new RunOptions(request.StopAt, request.SnapshotEverySteps, NormsEverySteps: request.NormsEverySteps).FindProblems(totalSteps: null));
        return problems;
    }

    private static IEnumerable<string> Notes(TrainingRequest request, JobSpec spec, ModelPlan asked, ModelPlan model)
    {
        if (FitTo(asked, request.Data) != request.Data)
            yield return $"pictures become {model.Model.Input}, the model's input, because size or colour is not given";
        if (model.Model != asked.Model && BuiltInModels.Find(asked.Model.Name) is null)
        {
            yield return $"model '{model.Model.Name}' takes {model.Model.Input}, as the data; its file leaves the size open";
        }
        else if (model.Model != asked.Model)
        {
            yield return $"model '{model.Model.Name}' takes {model.Model.Input} and has {model.Classes} classes, as the data "
                + $"(built in: {asked.Model.Input}, {asked.Classes})";
        }
        if (request.Loss is null && model.OutputKind != OutputKind.Softmax)
        {
            yield return $"loss {LossFunction.DefaultOf(model.OutputKind)}, because none is given and the model ends in "
                + (model.OutputKind == OutputKind.Sigmoid ? "sigmoid units" : "numbers without a softmax");
        }

        if (request.ClassWeights is not null && spec.ClassWeights is null) yield return "class weights are all 1, so they change nothing";
        if (request.Oversampling is not null && spec.Oversampling is null) yield return "oversampling gives no class more samples, so it changes nothing";
        if (spec.Augmentation?.Any(entry => entry.Name == "flip") == true && spec.Data is "digits" or "mnist")
            yield return "flip mirrors pictures left to right, and a mirrored digit is another sign or none; leave it out unless you want that";
        if (request.Optimizer is null)
            yield return $"optimizer {spec.Optimizer.Name} with learning rate {spec.Optimizer.LearningRate}, Keras's defaults, because none is given";
        if (request.EarlyStopPatience is not null && spec.ValidationSamples == 0)
            yield return $"early stopping goes by the {(spec.BestBy is null ? "test loss" : BestFigure.Describe(spec))}, because "
                + "there is no validation split; the test result of the chosen epoch is then optimistic";
    }

    /// <summary>The default is not named, so that equal jobs have equal specifications.</summary>
    private static string? LossOf(TrainingRequest request, ModelPlan model) =>
        request.Loss == LossFunction.DefaultOf(model.OutputKind) ? null : request.Loss;

    private static float? SmoothingOf(TrainingRequest request) => request.LabelSmoothing == 0 ? null : request.LabelSmoothing;

    /// <summary>Pictures whose size or colour is left open become what the model takes.</summary>
    private static TrainingData FitTo(ModelPlan model, TrainingData data)
    {
        TensorShape input = model.Model.Input;
        if (data is not TrainingData.PictureFolder pictures || input.Channels is not (1 or 3)) return data;
        ImageFolderOptions options = pictures.Options;
        return pictures with { Options = options with { Size = options.Size ?? (input.Height, input.Width), IsGrey = options.IsGrey ?? input.Channels == 1 } };
    }

    /// <summary>Pictures can be brought to the model's size and colours, so the message says how.</summary>
    private static void EnsureFits(ModelPlan model, DataSource data)
    {
        TensorShape input = model.Model.Input;
        if (data.Name.StartsWith(ImageFolderOptions.NamePrefix, StringComparison.Ordinal) && input != data.Train.Shape && input.Channels is 1 or 3)
        {
            throw new InvalidInputException(
                $"model '{model.Model.Name}' takes {input} and the pictures are {data.Train.Shape}; set the image size to {input.Height}x{input.Width} "
                + $"and the image color to {(input.Channels == 1 ? "grey" : "rgb")}, or use another model");
        }

        DataChecks.EnsureFits(model.Model, data);
    }
}
