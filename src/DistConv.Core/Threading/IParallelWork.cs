namespace DistConv.Core.Threading;

/// <summary>Work in independent units: any thread may do any unit in any order, so the result must not depend on either.</summary>
public interface IParallelWork
{
    /// <summary>Does one unit.</summary>
    /// <param name="unit">0 … count − 1.</param>
    /// <param name="thread">0 … threads − 1: which scratch memory is this thread's own.</param>
    void Run(int unit, int thread);
}
