using System.CommandLine;
using DistConv.Cli.Context;
using DistConv.Cli.Options;
using DistConv.Client;
using DistConv.Client.Planning;
using DistConv.Core;
using DistConv.Core.Augmentations;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Images.Folders;
using DistConv.Training.Jobs;
using DistConv.Training.Specification;

namespace DistConv.Cli.Commands.Train;

/// <summary>The options of <c>train</c> and what they mean.</summary>
internal sealed class TrainOptions
{
    private static readonly TrainRequest Defaults = TrainRequest.Defaults;

    private readonly RunOptionSet _run = new();
    private readonly ImageOptionSet _images = new();
    private readonly IdxOptionSet _idx = new();
    private readonly SeriesOptionSet _series = new();

    private readonly Option<string?> _recipe = CommonOptions.Text(
        "--recipe", "NAME",
            $"Settings that other options override: {string.Join("; ", Recipes.All.Select(recipe => $"{recipe.Name} ({recipe.Description})"))}.");

    private readonly Option<string?> _data = CommonOptions.Text(
        "--data", "NAME", $"What to train on: {string.Join(", ", ImageFolder.Catalog.Names.Select(name => name.Name))} [default: {Defaults.Data}].");

    private readonly Option<string?> _model = CommonOptions.Text(
        "--model", "NAME|FILE", $"{string.Join(", ", BuiltInModels.All.Select(model => model.Name))} or a .json file [default: by the size and number of "
            + "the samples: keras1-mnist-cnn for digits, cifar10-cnn for small pictures in colour, photo-cnn for photographs].");

    private readonly Option<string?> _initialWeights = CommonOptions.Text(
        "--initial-weights", "JOB|FILE",
            "Begin with these weights: those of a job (its best snapshot, else its last; JOB@STEP names one), or a snapshot (.dcs), .safetensors or .npz, as "
                + "'distconv export' writes them, or Keras's .h5 or .keras. Of a job and a snapshot the model comes along [default: drawn from the seed].");

    private readonly Option<bool> _replaceHead = new("--replace-head")
    {
        Description = "Give the last layer with weights as many outputs as the data has classes, and draw it anew; take the others from --initial-weights.",
    };

    private readonly Option<string?> _freeze = CommonOptions.Text(
        "--freeze", "LAYERS",
            $"Do not train these layers: names with * and ?, separated by commas, or {FineTuning.NoLayer} to train those too that the model has frozen "
                + "[default: as the model says].");

    private readonly Option<int?> _freezeUntil = NumberOption.Whole(
        "--freeze-until", "EPOCH", "Train the layers of --freeze from this epoch on [default: never].", 2, SpecificationLimits.MaxEpochs);

    private readonly Option<string?> _layerRates = CommonOptions.Text(
        "--layer-rates", "LIST",
            $"Multiply the learning rate in layers: {LayerRateText.Form}, such as conv*:0.1; of several that fit a layer the last decides [default: 1].");

    private readonly Option<int?> _samples = NumberOption.Whole("--samples", "N", "Use the first N training samples [default: all].", 1, int.MaxValue);
    private readonly Option<int?> _epochs = NumberOption.Whole(
        "--epochs", "N", $"Length in epochs [default: {TrainingRequest.DefaultEpochs}, or what 200 steps need, at most 100].", 1, 1_000_000);

    private readonly Option<long?> _steps = NumberOption.Whole("--steps", "N", "Length in steps, instead of --epochs.", 1, SpecificationLimits.MaxSteps);
    private readonly Option<int?> _batch = NumberOption.Whole(
        "--batch", "N", $"Samples of a step over all shards [default: {TrainingRequest.DefaultBatch}, less for fewer than 2,048 samples].", 1, 1_000_000);

    private readonly Option<int?> _shards = NumberOption.Whole(
        "--shards", "N", $"Logical data shards; part of what determines the bits [default: {TrainingRequest.DefaultShards}, fewer for small batches].", 1,
        65_536);

    private readonly Option<string?> _loss = CommonOptions.Text(
        "--loss", "NAME",
            $"What training makes small: {string.Join(", ", LossFunction.Names)} [default: by the model's end: the first of a softmax, the second of sigmoid "
                + "units, the third of numbers].");

    private readonly Option<float?> _labelSmoothing = NumberOption.Real<float>(
        "--label-smoothing", "X", "Move the targets of a cross-entropy in training towards even ones by this share [default: 0].",
            "a number from 0 to less than 1", value => value is >= 0 and < 1);

    private readonly Option<string?> _classWeights = CommonOptions.Text(
        "--class-weights", "FORM", $"Multiply loss and gradient by the sample's class: {ClassWeights.Forms} [default: 1 for all].");

    private readonly Option<string?> _oversample = CommonOptions.Text(
        "--oversample", "FORM", $"Use the samples of rare classes several times an epoch: {Oversampling.Forms} [default: each once].");

    private readonly Option<string?> _augment = CommonOptions.Text(
        "--augment", "LIST", $"Vary training samples at random, in this order: {AugmentationTypes.Forms}; amounts may be left out [default: not at all].");

    private readonly Option<string?> _optimizer = CommonOptions.Text(
        "--optimizer", "NAME", $"{OptimizerChoice.Names}, by Keras's definitions [default: {OptimizerChoice.Default}; adamw for few photographs].");

    private readonly Option<float?> _learningRate = NumberOption.Real<float>(
        "--learning-rate", "X", "Step size [default: adam, adamw, rmsprop 0.001, adadelta 1.0, sgd 0.01].", "a number above 0", value => value > 0);

    private readonly Option<float?> _momentum = NumberOption.Real<float>(
        "--momentum", "X", "sgd's momentum [default: 0].", "a number from 0 to less than 1", value => value is >= 0 and < 1);

    private readonly Option<bool> _nesterov = new("--nesterov") { Description = "sgd's Nesterov look-ahead." };

    private readonly Option<float?> _weightDecay = NumberOption.Real<float>(
        "--weight-decay", "X", "adamw: decoupled, sgd: L2; of all weights [default: adamw 0.004, sgd 0].", "a number of at least 0", value => value >= 0);

    private readonly Option<string?> _schedule =
        CommonOptions.Text("--schedule", "FORM", $"Learning rate over the job: {ScheduleText.Forms} [default: constant].");
    private readonly Option<long?> _warmup = NumberOption.Whole(
        "--warmup", "STEPS", "Steps in which the learning rate first rises to its full value [default: 0].", 0, SpecificationLimits.MaxSteps);

    private readonly Option<float?> _clipNorm = NumberOption.Real<float>(
        "--clip-norm", "X", "Scale a step's gradient down to this norm over all weights [default: no limit].", "a number above 0", value => value > 0);

    private readonly Option<double?> _validationSplit = NumberOption.Real<double>(
        "--validation-split", "F", "Keep this share of the samples, the last ones, for validation after each epoch.", "a number between 0 and 1", value =>
            value is > 0 and < 1);

    private readonly Option<int?> _earlyStop = NumberOption.Whole(
        "--early-stop", "EPOCHS", "End after so many epochs without a lower validation loss (without a split: held-out loss, which is test data), or a better "
            + "--best-by.", 1, 1_000_000);

    private readonly Option<string?> _bestBy = CommonOptions.Text(
        "--best-by", "NAME", $"Figure that makes the best epoch, which --early-stop goes by, too: {string.Join(", ", BestBySettings.Names)} [default: loss].");

    private readonly Option<int?> _keepBest = NumberOption.Whole(
        "--keep-best", "N", "Keep the snapshots of the N best epochs [default: 1].", 1, BestBySettings.MaxKept);

    private readonly Option<bool> _lrFind = new("--lr-find")
    {
        Description = "Look for a learning rate instead of training: some hundred steps at rising rates, a table, lr-find.png and a suggestion; no job.",
    };

    private readonly Option<ulong?> _seed = NumberOption.Whole("--seed", "N", $"Key of every random number [default: {Defaults.Seed}].", 0UL, ulong.MaxValue);
    private readonly Option<string?> _job =
        CommonOptions.Text("--job", "ID", "Name of the job: 1 to 64 of a-z, 0-9 and '-', the first not '-' [default: a new one].");
    private readonly Option<string?> _out = CommonOptions.Out();

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (ReadOnlySpan<Option>)[
            _recipe, _data, _model, _initialWeights, _replaceHead, _freeze, _freezeUntil, _layerRates,
                 _samples, _epochs, _steps, _batch, _shards, _loss, _labelSmoothing, _classWeights, _oversample, _augment,
                _optimizer, _learningRate, _momentum, _nesterov,
                _weightDecay, _schedule, _warmup,
            _clipNorm, _validationSplit, _earlyStop, _bestBy, _keepBest, _lrFind, _seed, _job, _out])
        {
            command.Add(option);
        }

        _images.AddTo(command);
        _idx.AddTo(command);
        _run.AddTo(command);
        _series.AddTo(command);
    }

    /// <summary>Reads the seeds of a series; null: there is only one.</summary>
    /// <exception cref="InvalidInputException">They are no list of seeds, or a single one is given, too.</exception>
    public IReadOnlyList<ulong>? ReadSeeds(ParseResult parsed) => _series.ReadSeeds(parsed, _seed);

    /// <summary>Reads them.</summary>
    /// <exception cref="InvalidInputException">Two options contradict each other, or one has a value that it does not know.</exception>
    public TrainRequest Read(ParseResult parsed, CliContext context)
    {
        long? steps = parsed.GetValue(_steps);
        if (steps is not null && parsed.GetValue(_epochs) is not null) throw new InvalidInputException(
            "--epochs and --steps exclude each other; give one of them");
        TrainRequest settings = Recipes.Settings(parsed.GetValue(_recipe), parsed.GetValue(_data));
        if (parsed.GetValue(_optimizer) is { } other && other != settings.Optimizer)
            settings = settings with { Optimizer = other, LearningRate = null, Momentum = null, Nesterov = false, WeightDecay = null };
        string data = parsed.GetValue(_data) ?? settings.Data;
        TrainRequest request = settings with
        {
            Data = data,
            Images = _images.Read(parsed, data, settings.Images),
            Idx = _idx.Read(parsed, data),
            Model = parsed.GetValue(_model) ?? (TakesModel(parsed) ? null : settings.Model),
            ModelComesAlong = parsed.GetValue(_model) is null && TakesModel(parsed),
            InitialWeights = parsed.GetValue(_initialWeights),
            ReplaceHead = parsed.GetValue(_replaceHead),
            Freeze = parsed.GetValue(_freeze),
            FreezeUntil = parsed.GetValue(_freezeUntil),
            LayerRates = parsed.GetValue(_layerRates),
            Samples = parsed.GetValue(_samples) ?? settings.Samples,
            Epochs = parsed.GetValue(_epochs) ?? (steps is null ? settings.Epochs : null),
            Steps = steps ?? (parsed.GetValue(_epochs) is null ? settings.Steps : null),
            Batch = parsed.GetValue(_batch) ?? settings.Batch,
            Shards = parsed.GetValue(_shards) ?? settings.Shards,
            Loss = parsed.GetValue(_loss),
            LabelSmoothing = parsed.GetValue(_labelSmoothing) ?? settings.LabelSmoothing,
            ClassWeights = parsed.GetValue(_classWeights),
            Oversample = parsed.GetValue(_oversample),
            Augment = parsed.GetValue(_augment) ?? settings.Augment,
            LearningRate = parsed.GetValue(_learningRate) ?? settings.LearningRate,
            Momentum = parsed.GetValue(_momentum) ?? settings.Momentum,
            Nesterov = parsed.GetValue(_nesterov) || settings.Nesterov,
            WeightDecay = parsed.GetValue(_weightDecay) ?? settings.WeightDecay,
            Schedule = parsed.GetValue(_schedule) ?? settings.Schedule,
            Warmup = parsed.GetValue(_warmup) ?? settings.Warmup,
            ClipNorm = parsed.GetValue(_clipNorm) ?? settings.ClipNorm,
            ValidationSplit = parsed.GetValue(_validationSplit) ?? settings.ValidationSplit,
            EarlyStop = parsed.GetValue(_earlyStop) ?? settings.EarlyStop,
            LrFind = parsed.GetValue(_lrFind),
            BestBy = parsed.GetValue(_bestBy) ?? settings.BestBy,
            KeepBest = parsed.GetValue(_keepBest) ?? settings.KeepBest,
            Seed = parsed.GetValue(_seed) ?? settings.Seed,
            Seeds = ReadSeeds(parsed),
            Parallel = _series.ReadParallel(parsed),
            Job = parsed.GetValue(_job),
            Out = parsed.GetValue(_out),
            Run = _run.Read(parsed, context),
        };
        if (request.Run.Detach && request.Out is not null)
            throw new InvalidInputException(
                "--out needs the job's end, which --detach does not wait for; leave one of them out, and fetch results later by 'distconv jobs watch JOB "
                    + "--out DIR'");
        if (request.Job is { } job && !JobStore.IsJobId(job))
            throw new InvalidInputException($"--job {JobStore.InvalidId(job).Problem}");
        return request;
    }

    /// <summary>Whether the model is that of the initial weights: nothing else names one, and they are a job's or a snapshot's.</summary>
    private bool TakesModel(ParseResult parsed) =>
        parsed.GetValue(_recipe) is null && parsed.GetValue(_initialWeights) is { Length: > 0 } weights && WeightSource.KnowsModel(weights);
}
