using DistConv.Core;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;

namespace DistConv.Training.Snapshots;

/// <summary>What a snapshot file holds.</summary>
public enum SnapshotContent
{
    /// <summary>Everything that training needs in order to go on.</summary>
    Full = 0,

    /// <summary>Convolution kernels only, to look at; it cannot be resumed.</summary>
    Kernels = 1,
}

/// <summary>Everything in a snapshot but its tensors: what can be known without reading them.</summary>
public abstract class SnapshotInfo
{
    /// <summary>An empty description, for object initialisers.</summary>
    protected SnapshotInfo()
    {
    }

    /// <summary>The same description as <paramref name="other"/>.</summary>
    /// <param name="other">What to copy.</param>
    [System.Diagnostics.CodeAnalysis.SetsRequiredMembers]
    protected SnapshotInfo(SnapshotInfo other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Content = other.Content;
        Spec = other.Spec;
        Step = other.Step;
        NumericsVersion = other.NumericsVersion;
        CreatedAt = other.CreatedAt;
        Running = other.Running;
        Epochs = other.Epochs;
        OptimizerScalars = other.OptimizerScalars;
        LayerHashes = other.LayerHashes;
    }

    /// <summary>What the snapshot holds. Default: <see cref="SnapshotContent.Full"/>.</summary>
    public SnapshotContent Content { get; init; }

    /// <summary>The job.</summary>
    public required JobSpec Spec { get; init; }

    /// <summary>Number of updates that were applied to the weights; 0 is the untrained network.</summary>
    public required long Step { get; init; }

    /// <summary>The <see cref="Training.NumericsVersion"/> that made the weights.</summary>
    public required int NumericsVersion { get; init; }

    /// <summary>When it was taken. Files keep the instant, in UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The sums of the epoch that was going on.</summary>
    public required RunningMetrics Running { get; init; }

    /// <summary>The epochs that had ended, in order.</summary>
    public required IReadOnlyList<EpochMetrics> Epochs { get; init; }

    /// <summary>The optimizer's scalars by name, such as Adam's running products of beta1 and beta2.</summary>
    public required IReadOnlyDictionary<string, double> OptimizerScalars { get; init; }

    /// <summary>The 64-bit hash of each layer's weights, in layer order.</summary>
    public required IReadOnlyList<ulong> LayerHashes { get; init; }

    /// <summary>Checks that training may go on from here with the same bits as an uninterrupted run.</summary>
    /// <param name="source">Name of the file or the job, for the message.</param>
    /// <exception cref="InvalidInputException">It was made with another <see cref="Training.NumericsVersion"/>, or it holds kernels only.</exception>
    public void EnsureResumable(string source)
    {
        if (Content != SnapshotContent.Full)
        {
            throw new InvalidInputException($"snapshot '{source}' holds kernels only and cannot be resumed; resume its job, or a snapshot named step-…");
        }

        foreach (int version in (ReadOnlySpan<int>)[NumericsVersion, Spec.NumericsVersion])
        {
            if (version != Training.NumericsVersion.Current)
            {
                throw new InvalidInputException(
                    $"snapshot '{source}' has numericsVersion {version}, this build computes with {Training.NumericsVersion.Current}: resuming would change "
                        + $"the bits; "
                    + "resume it with the build that made it, or start a new job (it can still be looked at, evaluated and exported)");
            }
        }
    }
}
