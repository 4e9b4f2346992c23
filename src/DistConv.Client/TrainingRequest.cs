using DistConv.Core.Augmentations;
using DistConv.Training.Loop;
using DistConv.Training.Specification;

namespace DistConv.Client;

/// <summary>What a job is to be. Nothing is looked up or checked before <see cref="IDistConvClient.PlanAsync"/> or
/// <see cref="IDistConvClient.SubmitAsync(TrainingRequest, CancellationToken)"/>.</summary>
public sealed record TrainingRequest
{
    /// <summary>The least length in epochs when neither <see cref="Epochs"/> nor <see cref="Steps"/> is given. Small data sets get more.</summary>
    public const int DefaultEpochs = 2;

    /// <summary>The batch when <see cref="GlobalBatch"/> is not given and there are 2,048 training samples or more.</summary>
    public const int DefaultBatch = 128;

    /// <summary>The shards when neither these nor a small <see cref="GlobalBatch"/> are given and there are 1,024 training samples or more.</summary>
    public const int DefaultShards = 8;

    /// <summary>The optimizer when <see cref="Optimizer"/> is not given.</summary>
    public const string DefaultOptimizer = "adam";

    /// <summary>What to train on.</summary>
    public required TrainingData Data { get; init; }

    /// <summary>What to train. Null (the default): the model of <see cref="InitialWeights"/>, which then are a job's or a snapshot's.</summary>
    public ModelSource? Model { get; init; }

    /// <summary>The job's id: 1 to 64 of a-z, 0-9 and '-', the first not '-'. Null (the default): a new one.</summary>
    public string? Id { get; init; }

    /// <summary>How many training samples to use, from the first on, those for validation included. Null (the default): all.</summary>
    public int? Samples { get; init; }

    /// <summary>The length in epochs. Null (the default), unless <see cref="Steps"/> is given: <see cref="DefaultEpochs"/>, or as many as 200 steps need, at
    /// most 100, if <see cref="Samples"/> is not given.</summary>
    public int? Epochs { get; init; }

    /// <summary>The length in steps, instead of <see cref="Epochs"/>.</summary>
    public long? Steps { get; init; }

    /// <summary>Samples of a step over all shards. Null (the default): <see cref="DefaultBatch"/>, or the power of two, at least 8, with which an epoch of a
    /// small data set has 16 steps (if <see cref="Samples"/> is not given).</summary>
    public int? GlobalBatch { get; init; }

    /// <summary>Logical shards of the data; part of what determines the bits. Null (the default): <see cref="DefaultShards"/>, or fewer for a small
    /// batch.</summary>
    public int? Shards { get; init; }

    /// <summary>What training makes small, one of <see cref="Core.Networks.LossFunction.Names"/>. Null (the default): categorical_crossentropy of a softmax,
    /// binary_crossentropy of sigmoid units, mean_squared_error of numbers.</summary>
    public string? Loss { get; init; }

    /// <summary>Label smoothing of a cross-entropy in training, 0 to less than 1: α moves the targets of a softmax from y to y (1 − α) + α / classes, those of
    /// sigmoid units to y (1 − α) + α / 2, as in Keras. Default: 0.</summary>
    public float LabelSmoothing { get; init; }

    /// <summary>By what loss and gradient of a sample are multiplied in training, by its class. Null (the default): 1.</summary>
    public ClassWeights? ClassWeights { get; init; }

    /// <summary>How often the samples of a class are used in an epoch. Null (the default): once.</summary>
    public Oversampling? Oversampling { get; init; }

    /// <summary>How training samples are varied at random before the model sees them, in this order; see <see cref="AugmentationTypes"/>. Null (the default):
    /// not at all.</summary>
    public IReadOnlyList<AugmentationSpec>? Augmentation { get; init; }

    /// <summary>The optimizer with its settings. Null (the default): adam as Keras has it; see <see cref="OptimizerSettings.Default"/>.</summary>
    public OptimizerSpec? Optimizer { get; init; }

    /// <summary>How the learning rate changes. Null (the default): not at all.</summary>
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>Largest Euclidean norm of a step's mean gradient; a longer one is scaled down. Null (the default): no limit.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>Share of the samples, the last ones, that is kept for validation after each epoch, between 0 and 1. Null (the default): none.</summary>
    public double? ValidationSplit { get; init; }

    /// <summary>The figure by which the best epoch is chosen, one of <see cref="BestBySettings.Names"/>. Null (the default): the loss.</summary>
    public string? BestBy { get; init; }

    /// <summary>The snapshots of so many best epochs are kept, 1 to <see cref="BestBySettings.MaxKept"/>. Default: 1.</summary>
    public int KeepBest { get; init; } = 1;

    /// <summary>Ends the job after so many epochs without a better <see cref="BestBy"/>, by default without a lower validation loss (without validation
    /// samples: test loss). Null (the default): never.</summary>
    public int? EarlyStopPatience { get; init; }

    /// <summary>Key of every random number. Default: 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Weights to begin with: a file (a snapshot, safetensors, npz, or one of Keras's), or a job of the same source by its id, for its best snapshot,
    /// else its last; "ID@best", "ID@last" and "ID@STEP" name one. Null (the default): model and seed draw them.</summary>
    public string? InitialWeights { get; init; }

    /// <summary>Whether the last layer with weights gets as many outputs as the data has classes, and is drawn from the seed as in a new network; the initial
    /// weights need not have it. Default: false.</summary>
    public bool ReplaceHead { get; init; }

    /// <summary>Names of layers that are frozen, with '*' for any characters and '?' for one; or "none" alone, which has also those layers trained that the
    /// model has frozen. Null (the default): as the model says.</summary>
    public IReadOnlyList<string>? Freeze { get; init; }

    /// <summary>The epoch, 2 or more, from which on the layers of <see cref="Freeze"/> are trained. Null (the default): never.</summary>
    public int? FreezeUntilEpoch { get; init; }

    /// <summary>By what the learning rate is multiplied in layers, by name or pattern; the last pattern that fits a layer decides. Null (the default):
    /// 1.</summary>
    public IReadOnlyList<LayerRate>? LayerRates { get; init; }

    /// <summary>Ends this run after so many steps of the job, with a snapshot. Null (the default): at the job's end.</summary>
    public long? StopAt { get; init; }

    /// <summary>Steps between two snapshots. Null (the default): one every 5 s. There is one after each epoch in any case.</summary>
    public long? SnapshotEverySteps { get; init; }

    /// <summary>The record has the norms of each layer's gradient and weights in every step that is a multiple of it; 0: in none. Default 10.</summary>
    public long NormsEverySteps { get; init; } = RunOptions.DefaultNormsEverySteps;
}
