using DistConv.Cli.Commands.Filters;
using DistConv.Cli.Commands.Snapshots;
using DistConv.Cli.Options;
using DistConv.Cli.Output;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Filters.Comparisons;
using DistConv.Filters.Pictures;
using DistConv.Training.Snapshots;

namespace DistConv.Cli.Commands.Explain;

/// <summary>A model whose layers are explained, and its weights if a job has some.</summary>
/// <param name="Spec">The model.</param>
internal sealed record ExplainedModel(ModelSpec Spec)
{
    /// <summary>The weights that the job had in a snapshot; null for a model without a job.</summary>
    public Snapshot? Snapshot { get; private init; }

    /// <summary>What people call it.</summary>
    public string Title { get; private init; } = Spec.Name;

    /// <summary>The job's or the file's name in titles and names of files.</summary>
    public string? Source { get; private init; }

    /// <summary>What to add to a command so that it finds the same job: " --store DIR", or nothing.</summary>
    public string StoreArgument { get; private init; } = "";

    /// <summary>The kernels of the snapshot; null without one.</summary>
    public KernelMoment? Now { get; private init; }

    /// <summary>The kernels that training began with; null if they are not known.</summary>
    public KernelMoment? Before { get; private init; }

    private IReadOnlyDictionary<string, TensorStatistics> Weights { get; init; } = new Dictionary<string, TensorStatistics>();

    /// <summary>The model of a job or a snapshot file, with its weights.</summary>
    /// <param name="target">The job or the file.</param>
    /// <param name="store">Where the job was found.</param>
    /// <param name="output">Where damaged snapshots are named.</param>
    public static ExplainedModel Trained(SnapshotTarget target, StoreOptions store, IConsoleOutput output)
    {
        (string path, Snapshot snapshot) = target.ReadKnown(output);
        string source = target.Folder?.Id ?? Path.GetFileNameWithoutExtension(path);
        return new ExplainedModel(snapshot.Spec.ReadModel())
        {
            Snapshot = snapshot,
            Title = $"{(target.Folder is null ? "snapshot" : "job")} {source}: {snapshot.Spec.ModelName}",
            Source = source,
            StoreArgument = target.Folder is null ? "" : store.Argument,
            Now = KernelTimes.Of(snapshot, path),
            Before = snapshot.Step == 0 ? null : UntrainedKernels.Find(target, snapshot.Spec, output)?.Moment,
            Weights = WeightTable.Measure(snapshot).ToDictionary(tensor => tensor.Name, tensor => tensor.Values),
        };
    }

    /// <summary>A layer's kernel in numbers; null for a layer without weights, or if there is no snapshot of it.</summary>
    public TensorStatistics? WeightsOf(LayerPlan layer) => Weights.GetValueOrDefault(
        $"{layer.Layer.Name}/{layer.Tensors.FirstOrDefault(tensor => tensor.IsKernel)?.Role}");
}
