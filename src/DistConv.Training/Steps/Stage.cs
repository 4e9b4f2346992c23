using DistConv.Core.Threading;

namespace DistConv.Training.Steps;

/// <summary>A run of layers that work through the rows in the same way. Its methods are called from within a job of the pool only.</summary>
internal abstract class Stage : IDisposable
{
    /// <summary>Outputs of rows 0 … count − 1.</summary>
    public abstract void Forward(ComputePool pool, int count, uint step, bool training);

    /// <summary>Gradients of the same rows' inputs, and of the stage's parameters: the sums of all subtrees that are present.</summary>
    public abstract void Backward(ComputePool pool, int count, IReadOnlyList<GradientSum> sums);

    /// <summary>Frees what the gradients need.</summary>
    public abstract void Dispose();
}
