using System.Text.Json.Serialization;

namespace DistConv.Dashboard.Api;

/// <summary>A job that is to be planned or started. What is left out gets its default.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Skip)]
internal sealed record StartRequest
{
    /// <summary>The job's id: 1 to 64 of a-z, 0-9 and '-'.</summary>
    public string? Id { get; init; }

    /// <summary>The data set: a name, images:DIR or idx:DIR.</summary>
    public string? Data { get; init; }

    /// <summary>A built-in model, or the name of <see cref="ModelJson"/>.</summary>
    public string? Model { get; init; }

    /// <summary>A model in DistConv's or Keras's JSON, instead of a built-in one.</summary>
    public string? ModelJson { get; init; }

    /// <summary>Training samples to use, from the first on.</summary>
    public int? Samples { get; init; }

    /// <summary>Length in epochs.</summary>
    public int? Epochs { get; init; }

    /// <summary>Length in steps, instead of epochs.</summary>
    public long? Steps { get; init; }

    /// <summary>Samples of a step over all shards.</summary>
    public int? Batch { get; init; }

    /// <summary>Logical shards of the data.</summary>
    public int? Shards { get; init; }

    /// <summary>What training makes small.</summary>
    public string? Loss { get; init; }

    /// <summary>Label smoothing of a cross-entropy.</summary>
    public float? LabelSmoothing { get; init; }

    /// <summary>Weights of the classes: "balanced", or "cats:1,dogs:2.5".</summary>
    public string? ClassWeights { get; init; }

    /// <summary>How training samples are varied: "flip,shift:0.1".</summary>
    public string? Augmentation { get; init; }

    /// <summary>Name of the optimizer.</summary>
    public string? Optimizer { get; init; }

    /// <summary>Its step size.</summary>
    public float? LearningRate { get; init; }

    /// <summary>sgd's momentum.</summary>
    public float? Momentum { get; init; }

    /// <summary>sgd's look-ahead.</summary>
    public bool? Nesterov { get; init; }

    /// <summary>Weight decay of adamw and sgd.</summary>
    public float? WeightDecay { get; init; }

    /// <summary>Learning-rate schedule, such as "cosine" or "step:2:0.5".</summary>
    public string? Schedule { get; init; }

    /// <summary>Steps in which the learning rate first rises.</summary>
    public long? Warmup { get; init; }

    /// <summary>Largest norm of a step's gradient.</summary>
    public float? ClipNorm { get; init; }

    /// <summary>Share of the samples that is kept for validation.</summary>
    public double? ValidationSplit { get; init; }

    /// <summary>Epochs without a lower loss after which the job ends.</summary>
    public int? EarlyStop { get; init; }

    /// <summary>Key of every random number.</summary>
    public ulong? Seed { get; init; }

    /// <summary>The step after which this run ends.</summary>
    public long? StopAt { get; init; }

    /// <summary>Steps between two snapshots.</summary>
    public long? SnapshotEvery { get; init; }

    /// <summary>Steps between two measurements of the norms of each layer.</summary>
    public long? NormsEvery { get; init; }
}

/// <summary>A job that was started.</summary>
/// <param name="Id">Its id.</param>
internal sealed record StartedJob(string Id);

/// <summary>What people write on a job.</summary>
/// <param name="Tags">Its tags, all of them.</param>
/// <param name="Note">Its note; empty: none.</param>
internal sealed record LabelsRequest(IReadOnlyList<string?>? Tags, string? Note);

/// <summary>A job's new length.</summary>
/// <param name="Epochs">Epochs of the whole job.</param>
internal sealed record ExtendRequest(int? Epochs);

/// <summary>What would run.</summary>
internal sealed record PlanReply
{
    /// <summary>The plan in a few lines.</summary>
    public required IReadOnlyList<string> Summary { get; init; }

    /// <summary>Everything that determines the bits.</summary>
    public required IReadOnlyList<PlannedSetting> Settings { get; init; }

    /// <summary>Updates of the whole job.</summary>
    public required long TotalSteps { get; init; }

    /// <summary>Updates of an epoch.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>Weights and biases.</summary>
    public required long Parameters { get; init; }

    /// <summary>Memory that one silo needs which computes all shards with as many threads as this machine has processors.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>What may surprise.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }
}

/// <summary>A setting of a plan.</summary>
/// <param name="Name">Its name in the specification.</param>
/// <param name="Value">Its value in JSON.</param>
/// <param name="Reason">Why it has this value, if the request left it open.</param>
internal sealed record PlannedSetting(string Name, string Value, string? Reason);

/// <summary>Jobs side by side.</summary>
internal sealed record CompareReply
{
    /// <summary>Every setting of every job.</summary>
    public required IReadOnlyList<ComparedSetting> Settings { get; init; }

    /// <summary>What came out.</summary>
    public required IReadOnlyList<ComparedFigure> Figures { get; init; }

    /// <summary>The first step of which two of the jobs have different losses; null if there is none.</summary>
    public required long? FirstDifferentStep { get; init; }
}

/// <summary>A setting of several jobs.</summary>
/// <param name="Name">Its name in the specification.</param>
/// <param name="Values">Its value in each job in JSON; null where the job does not have it.</param>
/// <param name="Differs">Whether the values differ.</param>
internal sealed record ComparedSetting(string Name, IReadOnlyList<string?> Values, bool Differs);

/// <summary>A figure of several jobs.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Values">Its value in each job; null where there is none.</param>
internal sealed record ComparedFigure(string Name, IReadOnlyList<double?> Values);
