namespace DistConv.Dashboard.Api;

/// <summary>The steps of which kernels can be shown.</summary>
/// <param name="Snapshots">By ascending step.</param>
internal sealed record SnapshotList(IReadOnlyList<SnapshotInfo> Snapshots);

/// <summary>A step of which kernels can be shown.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="Epoch">The epoch that ended with it; null if none did.</param>
/// <param name="IsBest">Whether it is the best epoch's.</param>
/// <param name="IsLast">Whether it is the newest.</param>
/// <param name="IsWhole">Whether all weights are kept, not only kernels.</param>
internal sealed record SnapshotInfo(long Step, int? Epoch, bool IsBest, bool IsLast, bool IsWhole);

/// <summary>The kernels of a layer.</summary>
internal sealed record KernelsReply
{
    /// <summary>The layer.</summary>
    public required string Layer { get; init; }

    /// <summary>Updates that were applied.</summary>
    public required long Step { get; init; }

    /// <summary>Rows of a kernel.</summary>
    public required int KernelHeight { get; init; }

    /// <summary>Columns of a kernel.</summary>
    public required int KernelWidth { get; init; }

    /// <summary>Input channels.</summary>
    public required int InChannels { get; init; }

    /// <summary>Filters.</summary>
    public required int OutChannels { get; init; }

    /// <summary>Base64 of float32, little-endian: [filter][input channel][row][column].</summary>
    public required string Kernels { get; init; }

    /// <summary>The magnitude that gets the strongest colour.</summary>
    public required float Scale { get; init; }
}

/// <summary>The filters of a layer in words.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Step">Updates that were applied.</param>
/// <param name="ChanceLevel">The share of untrained filters that get a name by chance.</param>
/// <param name="Filters">Each filter.</param>
internal sealed record DescriptionsReply(string Layer, long Step, double ChanceLevel, IReadOnlyList<FilterInfo> Filters);

/// <summary>A filter in words.</summary>
internal sealed record FilterInfo
{
    /// <summary>Its number, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>What it is called: "vertical edge, bright left"; "mixed" if its structure may be chance.</summary>
    public required string Name { get; init; }

    /// <summary>The share of untrained filters that look less structured.</summary>
    public required double Confidence { get; init; }

    /// <summary>Whether chance gives as much structure to at most <see cref="DescriptionsReply.ChanceLevel"/> of untrained filters.</summary>
    public required bool IsStructured { get; init; }

    /// <summary>The last record in which it was not structured; null if there is none, or it is not structured for long enough.</summary>
    public required long? StructuredFrom { get; init; }

    /// <summary>The first record since which it has been structured; null if it is not for long enough.</summary>
    public required long? StructuredTo { get; init; }

    /// <summary>All of it in a sentence.</summary>
    public required string Sentence { get; init; }
}

/// <summary>What an evaluation on the test set found.</summary>
internal sealed record EvaluationReply
{
    /// <summary>Updates that were applied.</summary>
    public required long Step { get; init; }

    /// <summary>How many samples there are.</summary>
    public required int TestSamples { get; init; }

    /// <summary>Mean loss.</summary>
    public required double Loss { get; init; }

    /// <summary>Share that was classified rightly, 0 … 1.</summary>
    public required double Accuracy { get; init; }

    /// <summary>The AUC; null if there is none.</summary>
    public required double? Auc { get; init; }

    /// <summary>The mean absolute error of numbers; null of others.</summary>
    public required double? MeanAbsoluteError { get; init; }

    /// <summary>Each of several labels or numbers.</summary>
    public required IReadOnlyList<OutputScore> Outputs { get; init; }

    /// <summary>Samples by actual class (row) and predicted class (column).</summary>
    public required IReadOnlyList<IReadOnlyList<int>> Confusion { get; init; }

    /// <summary>What the classes are called; their numbers if they have no names.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The mistakes with the highest loss.</summary>
    public required IReadOnlyList<MistakeInfo> Mistakes { get; init; }
}

/// <summary>One of several labels or numbers.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Auc">The AUC of a label.</param>
/// <param name="MeanAbsoluteError">The mean absolute error of a number.</param>
internal sealed record OutputScore(string Name, double? Auc, double? MeanAbsoluteError);

/// <summary>A sample that was classified wrongly.</summary>
/// <param name="Index">Its number in the test set.</param>
/// <param name="Actual">Its class.</param>
/// <param name="Predicted">What it was taken for.</param>
/// <param name="Confidence">How probable the network found that.</param>
/// <param name="Picture">Base64 of a PNG.</param>
internal sealed record MistakeInfo(int Index, int Actual, int Predicted, double Confidence, string Picture);

/// <summary>How the weights are distributed.</summary>
/// <param name="Step">Updates that were applied.</param>
/// <param name="Layers">Kernels and biases, in the order of the layers.</param>
internal sealed record HistogramsReply(long Step, IReadOnlyList<HistogramInfo> Layers);

/// <summary>How the weights of a tensor are distributed.</summary>
/// <param name="Name">Layer and role: "conv1/kernel".</param>
/// <param name="Min">The smallest one.</param>
/// <param name="Max">The largest one.</param>
/// <param name="Counts">How many there are in each of 64 equal ranges from the smallest to the largest.</param>
internal sealed record HistogramInfo(string Name, double Min, double Max, IReadOnlyList<int> Counts);

/// <summary>Pixels to be classified.</summary>
/// <param name="Pixels">Height × width × channels values, 0 … 1, row after row, channels last.</param>
internal sealed record PredictRequest(IReadOnlyList<float>? Pixels);

/// <summary>What a network says about a picture.</summary>
internal sealed record PredictReply
{
    /// <summary>Updates that were applied.</summary>
    public required long Step { get; init; }

    /// <summary>The probability of each class.</summary>
    public required IReadOnlyList<float> Outputs { get; init; }

    /// <summary>What the classes are called; their numbers if they have no names.</summary>
    public required IReadOnlyList<string> ClassNames { get; init; }

    /// <summary>The most probable class.</summary>
    public required TopClass Top { get; init; }

    /// <summary>What the network saw.</summary>
    public required InputPicture Input { get; init; }

    /// <summary>What the layers made of it; null if that was not asked for.</summary>
    public required IReadOnlyList<LayerMaps>? Maps { get; init; }
}

/// <summary>The most probable class.</summary>
/// <param name="Index">The class.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Probability">How probable it is, 0 … 1.</param>
internal sealed record TopClass(int Index, string Name, float Probability);

/// <summary>An input.</summary>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">Channels.</param>
/// <param name="Pixels">Base64 of float32, little-endian: [row][column][channel].</param>
internal sealed record InputPicture(int Height, int Width, int Channels, string Pixels);

/// <summary>Feature maps of a layer.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Height">Rows.</param>
/// <param name="Width">Columns.</param>
/// <param name="Channels">How many maps there are here: at most 64.</param>
/// <param name="AllChannels">How many the layer has.</param>
/// <param name="Values">Base64 of float32, little-endian: [channel][row][column].</param>
internal sealed record LayerMaps(string Layer, int Height, int Width, int Channels, int AllChannels, string Values);

/// <summary>Who computes what.</summary>
/// <param name="Silos">The silos that compute a job.</param>
/// <param name="Jobs">The running jobs.</param>
internal sealed record MachinesReply(IReadOnlyList<SiloInfo> Silos, IReadOnlyList<JobMachines> Jobs);

/// <summary>A silo.</summary>
internal sealed record SiloInfo
{
    /// <summary>Its address in the cluster; "local" without one.</summary>
    public required string Address { get; init; }

    /// <summary>Its machine and process.</summary>
    public required string Name { get; init; }

    /// <summary>"computing", "idle" or "lost".</summary>
    public required string State { get; init; }

    /// <summary>Its compute threads; 0 if that is not known.</summary>
    public required int Threads { get; init; }

    /// <summary>The shards that it computes, over all jobs.</summary>
    public required IReadOnlyList<int> Shards { get; init; }

    /// <summary>Its share of its machine's processors, 0 … 1; null if that is not known.</summary>
    public double? ProcessorShare { get; init; }

    /// <summary>Its memory; null if that is not known.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>Its build of DistConv; null if that is not known.</summary>
    public string? Build { get; init; }

    /// <summary>What happened to it in the last minutes: why it was lost, or that it joined; null if nothing did.</summary>
    public string? Note { get; init; }

    /// <summary>When that happened.</summary>
    public DateTimeOffset? NoteTime { get; init; }
}

/// <summary>Who computes a job.</summary>
/// <param name="Id">The job.</param>
/// <param name="Step">Updates that are applied.</param>
/// <param name="Coordinator">The silo that coordinates it; null if that is not known.</param>
/// <param name="Silos">Its silos with their shards.</param>
/// <param name="Lanes">The last steps of each shard; none where that is not known.</param>
internal sealed record JobMachines(string Id, long Step, string? Coordinator, IReadOnlyList<JobSilo> Silos, IReadOnlyList<Lane> Lanes);

/// <summary>A silo's part of a job.</summary>
/// <param name="Silo">Its address.</param>
/// <param name="Shards">The shards that it computes.</param>
/// <param name="ComputeSeconds">Seconds of its forward and backward passes in the newest step; null before the first.</param>
internal sealed record JobSilo(string Silo, IReadOnlyList<int> Shards, double? ComputeSeconds);

/// <summary>The last steps of a shard.</summary>
/// <param name="Silo">The silo that computes it.</param>
/// <param name="Shard">The shard.</param>
/// <param name="Steps">Its steps.</param>
internal sealed record Lane(string Silo, int Shard, IReadOnlyList<LaneStep> Steps);

/// <summary>A step of a shard, in seconds.</summary>
/// <param name="Step">The step.</param>
/// <param name="Start">When it began, since 1970 (UTC).</param>
/// <param name="Compute">Forward and backward pass.</param>
/// <param name="Exchange">Exchange of gradients.</param>
/// <param name="Reduce">Sum of the gradients.</param>
/// <param name="Update">Update of the weights.</param>
internal sealed record LaneStep(long Step, double Start, double Compute, double Exchange, double Reduce, double Update);
