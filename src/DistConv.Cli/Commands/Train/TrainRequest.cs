using DistConv.Cli.Options;
using DistConv.Client;
using DistConv.Images.Folders;
using DistConv.Training.Data.Idx;

namespace DistConv.Cli.Commands.Train;

/// <summary>What a job is to be, as the command line says it; nothing is looked up yet.</summary>
internal sealed record TrainRequest
{
    /// <summary>What is used if neither an option nor a recipe says otherwise; its <see cref="Run"/> is only a placeholder.</summary>
    public static TrainRequest Defaults { get; } = new() { Run = new RunRequest { Store = new StoreOptions("", ""), Threads = 1 } };

    /// <summary>Name of the data set.</summary>
    public string Data { get; init; } = "digits";

    /// <summary>How pictures become tensors, if the data set is a folder of them.</summary>
    public ImageFolderOptions Images { get; init; } = new();

    /// <summary>How IDX files become tensors, if the data set is a folder of them.</summary>
    public IdxOptions Idx { get; init; } = new();

    /// <summary>A built-in model or a JSON file; null: chosen by the data, or <see cref="ModelComesAlong"/>.</summary>
    public string? Model { get; init; }

    /// <summary>Whether the model is that of <see cref="InitialWeights"/>.</summary>
    public bool ModelComesAlong { get; init; }

    /// <summary>A job or a file of weights to begin with; null: those that model and seed draw.</summary>
    public string? InitialWeights { get; init; }

    /// <summary>Whether the last layer is made for the data's classes and drawn anew.</summary>
    public bool ReplaceHead { get; init; }

    /// <summary>Patterns of layers to freeze, as <see cref="LayerRateText"/> reads them; null: as the model says.</summary>
    public string? Freeze { get; init; }

    /// <summary>The epoch from which these are trained; null: never.</summary>
    public int? FreezeUntil { get; init; }

    /// <summary>Factors of the learning rate, as <see cref="LayerRateText"/> reads them; null: none.</summary>
    public string? LayerRates { get; init; }

    /// <summary>Training samples to use, from the first on; null: all.</summary>
    public int? Samples { get; init; }

    /// <summary>Length in epochs; null: <see cref="Steps"/>, or chosen by the steps of an epoch.</summary>
    public int? Epochs { get; init; }

    /// <summary>Length in steps.</summary>
    public long? Steps { get; init; }

    /// <summary>Samples of a step over all shards; null: chosen by the number of samples.</summary>
    public int? Batch { get; init; }

    /// <summary>Logical shards; null: chosen by the batch.</summary>
    public int? Shards { get; init; }

    /// <summary>What training makes small; null: the default of what the model ends in.</summary>
    public string? Loss { get; init; }

    /// <summary>Label smoothing of a cross-entropy.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>Weights of the classes, one of <see cref="Client.ClassWeights.Forms"/>; null: 1 for all.</summary>
    public string? ClassWeights { get; init; }

    /// <summary>How often samples of a class are used, one of <see cref="Client.Oversampling.Forms"/>; null: once.</summary>
    public string? Oversample { get; init; }

    /// <summary>How training samples are varied, as <see cref="AugmentationText"/> reads it; null: not at all.</summary>
    public string? Augment { get; init; }

    /// <summary>Name of the optimizer; null: <see cref="OptimizerChoice.Default"/>, or what suits the data.</summary>
    public string? Optimizer { get; init; }

    /// <summary>Its step size; null: its default.</summary>
    public float? LearningRate { get; init; }

    /// <summary>sgd's momentum.</summary>
    public float? Momentum { get; init; }

    /// <summary>sgd's look-ahead.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight decay; null: the optimizer's default.</summary>
    public float? WeightDecay { get; init; }

    /// <summary>Learning-rate schedule, one of <see cref="ScheduleText.Forms"/>; null: constant.</summary>
    public string? Schedule { get; init; }

    /// <summary>Steps of the linear warm-up.</summary>
    public long Warmup { get; init; }

    /// <summary>Largest norm of a step's gradient; null: no limit.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>Share of the samples, the last ones, that is kept for validation; null: none.</summary>
    public double? ValidationSplit { get; init; }

    /// <summary>Epochs without a lower loss after which the job ends; null: it goes to its end.</summary>
    public int? EarlyStop { get; init; }

    /// <summary>The figure that makes the best epoch; null: the loss.</summary>
    public string? BestBy { get; init; }

    /// <summary>The snapshots of how many best epochs are kept.</summary>
    public int KeepBest { get; init; } = 1;

    /// <summary>Key of all random numbers.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>A job for each of these seeds; null: one job with <see cref="Seed"/>.</summary>
    public IReadOnlyList<ulong>? Seeds { get; init; }

    /// <summary>How many jobs of a series are trained at once; null: the default of the place.</summary>
    public int? Parallel { get; init; }

    /// <summary>The job's name; null: a new one.</summary>
    public string? Job { get; init; }

    /// <summary>A folder for copies of the results, or null.</summary>
    public string? Out { get; init; }

    /// <summary>Whether to look for a learning rate instead of training.</summary>
    public bool LrFind { get; init; }

    /// <summary>Where and how it runs.</summary>
    public required RunRequest Run { get; init; }

    private bool IsOptimizerOpen => this is { Optimizer: null, LearningRate: null, Momentum: null, Nesterov: false, WeightDecay: null };

    /// <summary>The same in the library's terms.</summary>
    /// <exception cref="Core.InvalidInputException">The optimizer, its settings, or the schedule is none.</exception>
    public TrainingRequest ToTrainingRequest() => new()
    {
        Data = TrainingData.Parse(Data, Images, Idx),
        Model = Model is not null ? ModelSource.BuiltInOrFile(Model) : ModelComesAlong ? null : ModelSource.ByData,
        Id = Job,
        Samples = Samples,
        Epochs = Epochs,
        Steps = Steps,
        GlobalBatch = Batch,
        Shards = Shards,
        Loss = Loss,
        LabelSmoothing = LabelSmoothing,
        ClassWeights = Client.ClassWeights.Parse(ClassWeights),
        Oversampling = Oversampling.Parse(Oversample),
        Augmentation = AugmentationText.Parse(Augment),
        Optimizer = IsOptimizerOpen ? null
            : OptimizerChoice.Create(Optimizer ?? OptimizerChoice.Default, LearningRate, Momentum, Nesterov, WeightDecay),
        Schedule = ScheduleText.Parse(Schedule, Warmup),
        ClipNorm = ClipNorm,
        ValidationSplit = ValidationSplit,
        EarlyStopPatience = EarlyStop,
        BestBy = BestBy,
        KeepBest = KeepBest,
        Seed = Seed,
        InitialWeights = InitialWeights,
        ReplaceHead = ReplaceHead,
        Freeze = LayerRateText.ParseNames(Freeze),
        FreezeUntilEpoch = FreezeUntil,
        LayerRates = LayerRateText.Parse(LayerRates),
        StopAt = Run.StopAt,
        SnapshotEverySteps = Run.SnapshotEverySteps,
        NormsEverySteps = Run.NormsEverySteps,
    };
}
