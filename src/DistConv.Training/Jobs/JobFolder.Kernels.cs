namespace DistConv.Training.Jobs;

/// <content>The records of convolution kernels.</content>
public sealed partial class JobFolder
{
    /// <summary>The kernels-only snapshots with their steps.</summary>
    /// <returns>Step and path, by ascending step; of a step that was recorded twice, the record of the higher fence comes last.</returns>
    public IReadOnlyList<(long Step, string Path)> KernelRecords() => _snapshots.KernelRecords();
}
