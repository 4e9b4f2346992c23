namespace DistConv.Training.Data.Stored;

/// <summary>What the samples of a split are labelled with.</summary>
/// <param name="Kind">A class, several labels, or numbers.</param>
/// <param name="ClassCount">Number of classes; of several labels as many; of numbers 0.</param>
/// <param name="Classes">The class of each sample; 0 if it has targets.</param>
/// <param name="TargetCount">Targets of a sample; 0 if it has a class.</param>
/// <param name="Targets">The targets of all samples, sample by sample.</param>
public sealed record SampleLabels(LabelKind Kind, int ClassCount, byte[] Classes, int TargetCount, float[] Targets)
{
    /// <summary>Number of samples.</summary>
    public int Count => Classes.Length;

    /// <summary>Labels that are classes.</summary>
    /// <param name="classes">The class of each sample.</param>
    /// <param name="classCount">Number of classes.</param>
    public static SampleLabels OfClasses(byte[] classes, int classCount) => new(LabelKind.Class, classCount, classes, 0, []);

    /// <summary>Labels that are targets.</summary>
    /// <param name="kind">Several labels or numbers.</param>
    /// <param name="targets">The targets of all samples, sample by sample; finite.</param>
    /// <param name="targetCount">Targets of a sample, at least 1.</param>
    public static SampleLabels OfTargets(LabelKind kind, float[] targets, int targetCount)
    {
        ArgumentNullException.ThrowIfNull(targets);
        return new SampleLabels(kind, kind == LabelKind.Several ? targetCount : 0, new byte[targets.Length / targetCount], targetCount, targets);
    }
}
