using DistConv.Core;
using DistConv.Filters.Kernels;
using DistConv.Images.Folders;
using DistConv.Training.Metrics;
using DistConv.Training.Snapshots;
using DistConv.Training.Specification;

namespace DistConv.Filters.Pictures;

/// <summary>Kernels of snapshots with their captions, and what a picture of them is called.</summary>
public static class KernelTimes
{
    private const string Begin = "before training (step 0)";

    /// <summary>What a network began with.</summary>
    /// <param name="untrained">The snapshot of step 0; null: the kernels are drawn again from specification and seed, which gives the same bits.</param>
    /// <param name="source">Name of its file, for the message.</param>
    /// <param name="spec">The job.</param>
    /// <returns>The moment; null if nobody knows: there is no snapshot, and the job began with weights from a file, not from its seed.</returns>
    /// <exception cref="InvalidInputException">The snapshot lacks a kernel of its model.</exception>
    public static KernelMoment? Untrained(Snapshot? untrained, string source, JobSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        if (untrained is null && spec.InitialWeights is not null) return null;
        return new KernelMoment(Begin, untrained is null ? LayerKernels.Initial(spec.ReadModel(), spec.Seed) : LayerKernels.Of(untrained, source));
    }

    /// <summary>A snapshot's kernels.</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="source">Name of its file, for the message.</param>
    /// <returns>The moment.</returns>
    /// <exception cref="InvalidInputException">The snapshot lacks a kernel of its model.</exception>
    public static KernelMoment Of(Snapshot snapshot, string source)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        if (snapshot.Step == 0) return new KernelMoment(Begin, LayerKernels.Of(snapshot, source));
        bool isEnd = snapshot.Step >= snapshot.Spec.TotalSteps;
        string when = isEnd ? $"after training (step {snapshot.Step:N0})" : $"at step {snapshot.Step:N0} of {snapshot.Spec.TotalSteps:N0}";
        return new KernelMoment(when, LayerKernels.Of(snapshot, source));
    }

    /// <summary>A picture's title: "keras2-mnist-cnn on mnist: kernels before and after training".</summary>
    /// <param name="spec">The job.</param>
    /// <param name="what">What it shows.</param>
    /// <returns>A line.</returns>
    public static string Title(JobSpec spec, string what)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return $"{spec.ModelName} on {DataTitle.Of(spec.Data)}: {what}";
    }

    /// <summary>Whose kernels these are, at no particular step: "job mnist, adadelta, seed 1".</summary>
    /// <param name="spec">The job.</param>
    /// <param name="name">The job, or the file.</param>
    /// <returns>A line.</returns>
    public static string Source(JobSpec spec, string name)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return $"{name}, {spec.Optimizer.Name}, seed {spec.Seed}";
    }

    /// <summary>Whose kernels these are: "job mnist, step 938 of 938, held-out accuracy 98.65 % after epoch 2, seed 1".</summary>
    /// <param name="snapshot">The snapshot.</param>
    /// <param name="name">The job, or the file.</param>
    /// <returns>A line.</returns>
    public static string Subtitle(SnapshotInfo snapshot, string name)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        string heldOut = snapshot.Epochs is not [.., var epoch] ? ""
            : JobFigures.MeasuredAccuracy(snapshot.Spec.Labels, epoch.TestAccuracy) is { } share ? $", held-out accuracy {share:P2} after epoch {epoch.Epoch}"
            : $", held-out loss {epoch.TestLoss:F4} after epoch {epoch.Epoch}";
        return $"{name}, step {snapshot.Step:N0} of {snapshot.Spec.TotalSteps:N0}{heldOut}, {snapshot.Spec.Optimizer.Name}, seed {snapshot.Spec.Seed}";
    }
}
