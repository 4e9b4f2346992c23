using DistConv.Training.Data;
using DistConv.Training.Specification;

namespace DistConv.Client.Planning;

/// <summary>Whether the classes of a job's training samples are very unequal.</summary>
internal static class ClassBalance
{
    /// <summary>The largest class has at least so many times the samples of the smallest.</summary>
    private const int VeryUnequal = 10;

    /// <summary>A line about the smallest class.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="data">Its data.</param>
    /// <returns>The line; none if classes are not very unequal, or the job makes up for it.</returns>
    public static IEnumerable<string> Notes(JobSpec spec, DataSource data)
    {
        if (spec.Labels != LabelKind.Class || spec.ClassWeights is not null || spec.Oversampling is not null) yield break;
        int[] counts = data.Train.ClassCounts(0, spec.Samples);
        int[] present = [.. counts.Where(count => count > 0)];
        if (present.Length < 2 || present.Max() < (long)VeryUnequal * present.Min()) yield break;
        int label = Array.IndexOf(counts, present.Min());
        yield return $"class '{data.ClassNames?[label] ?? $"{label}"}' has {counts[label]:N0} of {spec.Samples:N0} training samples, the largest "
            + $"{present.Max():N0}: a network may pass over it; class weights or oversampling, balanced, make it count as much as the others";
    }
}
