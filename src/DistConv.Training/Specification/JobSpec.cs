using System.Text.Json;
using System.Text.Json.Serialization;
using DistConv.Core;
using DistConv.Core.Augmentations;
using DistConv.Core.Models;
using DistConv.Training.Data;

namespace DistConv.Training.Specification;

/// <summary>
/// Everything that determines the bits of a training run, and nothing else: two runs with equal specifications end with equal weights, wherever they run.
/// </summary>
public sealed record JobSpec
{
    /// <summary>Name of the model, for people: a built-in name or the file's name without its ending.</summary>
    public required string ModelName { get; init; }

    /// <summary>The model in canonical JSON, as <c>ModelSpec.ToJson</c> writes it.</summary>
    public required string ModelJson { get; init; }

    /// <summary>Name of the data set: "digits", "mnist", "fashion-mnist", "cifar10", "idx", "npz/…", or "images/…" with the options that make its pixels;
    /// never a path.</summary>
    public required string Data { get; init; }

    /// <summary>What the data must be: see <see cref="Data.DataSource.Fingerprint"/>.</summary>
    public required string DataFingerprint { get; init; }

    /// <summary>What the classes are called, for people: one a line, in order. Null: they have no names, or ones that the data set's name tells.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ClassNames { get; init; }

    /// <summary>What the samples are labelled with. Default: a class.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public LabelKind Labels { get; init; }

    /// <summary>How many training samples are trained on, from the first on.</summary>
    public required int Samples { get; init; }

    /// <summary>How many training samples after <see cref="Samples"/> are kept for validation: evaluated at the end of each epoch, never trained on.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int ValidationSamples { get; init; }

    /// <summary>Number of training steps of the whole job.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Samples of one step over all shards.</summary>
    public required int GlobalBatch { get; init; }

    /// <summary>Number of logical shards, V.</summary>
    public required int Shards { get; init; }

    /// <summary>Key of every random number.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Digest (see <see cref="Snapshots.Snapshot.WeightsDigest"/>) of the weights that training begins with, which are the job's snapshot of step 0;
    /// null: those that model and seed draw.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? InitialWeights { get; init; }

    /// <summary>What training makes small, one of <see cref="Core.Networks.LossFunction.Names"/>; null: the default of what the model ends in. The default is
    /// never named, so that equal jobs have equal texts.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Loss { get; init; }

    /// <summary>Label smoothing of a cross-entropy in training, above 0 and below 1: see <see cref="Core.Networks.LossOptions"/>. Null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? LabelSmoothing { get; init; }

    /// <summary>By what loss and gradient of a sample are multiplied in training: a number of at least 0 for each class. Null: 1.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<float>? ClassWeights { get; init; }

    /// <summary>How many samples of each class an epoch has, at least as many as there are: see <see cref="OversampledDataset"/>. Null: each sample
    /// once.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<int>? Oversampling { get; init; }

    /// <summary>Samples of an epoch: <see cref="Samples"/>, or those of <see cref="Oversampling"/>.</summary>
    [JsonIgnore]
    public int EpochSamples => Oversampling is { } counts ? (int)long.Clamp(counts.Sum(count => (long)count), 0, int.MaxValue) : Samples;

    /// <summary>How training samples are varied before the model sees them, in this order; held-out samples are not. Null: not at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<AugmentationSpec>? Augmentation { get; init; }

    /// <summary>The optimizer and its settings.</summary>
    public required OptimizerSpec Optimizer { get; init; }

    /// <summary>How the learning rate changes; null: not at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ScheduleSpec? Schedule { get; init; }

    /// <summary>Largest Euclidean norm of a step's mean gradient over all parameters, &gt; 0: a longer one is scaled down to it. Null: no limit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public float? ClipNorm { get; init; }

    /// <summary>The figure by which the best epoch is chosen, one of <see cref="BestBySettings.Names"/>; null: the loss. Early stopping goes by it,
    /// too.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? BestBy { get; init; }

    /// <summary>The snapshots of how many best epochs are kept, 2 to <see cref="BestBySettings.MaxKept"/>; null: that of one. No bit depends on it, but
    /// whoever goes on with the job keeps the same ones.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? KeepBest { get; init; }

    /// <summary>End after so many epochs without a better figure (see <see cref="Metrics.EarlyStopping"/>), ≥ 1; null: go to the end.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? EarlyStopPatience { get; init; }

    /// <summary>The epoch, 2 or more, from whose first step on the <see cref="FrozenLayers"/> are trained. Null: there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? FreezeUntilEpoch { get; init; }

    /// <summary>Names of the layers that are frozen until <see cref="FreezeUntilEpoch"/>: until then their tensors keep their bits, and batch normalisation
    /// takes its moving averages. Layers that are frozen for the whole job are so in the model. Null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? FrozenLayers { get; init; }

    /// <summary>The layers whose learning rate is not the job's, by name. Null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<LayerRate>? LayerRates { get; init; }

    /// <summary>The version of the order of operations that makes the bits.</summary>
    public required int NumericsVersion { get; init; }

    /// <summary>Reads a specification.</summary>
    /// <param name="json">What <see cref="ToJson"/> gave.</param>
    /// <returns>The specification.</returns>
    /// <exception cref="InvalidInputException">The text is no specification, or has a field that this build does not know: it might change the
    /// bits.</exception>
    public static JobSpec Parse(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        if (json.Length > SpecificationLimits.MaxJsonLength)
            throw new InvalidInputException($"the job's specification has {json.Length} characters; it may have {SpecificationLimits.MaxJsonLength}");
        try
        {
            return JobJson.ParseSpec(json);
        }
        catch (JsonException e)
        {
            throw new InvalidInputException(
                $"the job's specification cannot be read ({e.Message.ReplaceLineEndings(" ")}): use the same build of DistConv everywhere", e);
        }
    }

    /// <summary>The settings in which this and another specification differ.</summary>
    /// <param name="other">The other.</param>
    /// <returns>In the order of the fields; empty when they are equal.</returns>
    public IReadOnlyList<SpecDifference> DifferencesTo(JobSpec other) => JobJson.Compare(this, other);

    /// <summary>The model, read from <see cref="ModelJson"/>.</summary>
    /// <returns>Its layers.</returns>
    /// <exception cref="InvalidInputException">The text is no model.</exception>
    public ModelSpec ReadModel() => ModelSpec.Parse(ModelJson, ModelName);

    /// <summary>The model with every shape and cost worked out.</summary>
    /// <returns>Its plan.</returns>
    /// <exception cref="InvalidInputException">The text is no model, or its layers do not fit together.</exception>
    public ModelPlan Plan() => ReadModel().Infer();

    /// <summary>The specification as canonical JSON: equal specifications give equal texts.</summary>
    /// <returns>One line.</returns>
    public string ToJson() => JobJson.Canonical(this);

    /// <summary>Whether two specifications have equal texts.</summary>
    /// <param name="other">The other.</param>
    /// <returns>True if they determine the same bits.</returns>
    public bool Equals(JobSpec? other) => other is not null && (ReferenceEquals(this, other) || ToJson() == other.ToJson());

    /// <inheritdoc/>
    public override int GetHashCode() => ToJson().GetHashCode(StringComparison.Ordinal);
}
