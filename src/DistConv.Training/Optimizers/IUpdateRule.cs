using DistConv.Core.Kernels.Simd;

namespace DistConv.Training.Optimizers;

/// <summary>An optimizer's formula for the elements of one vector, with the settings of one step.</summary>
internal unsafe interface IUpdateRule
{
    /// <summary>The new weights.</summary>
    /// <typeparam name="TSimd">The instruction set.</typeparam>
    /// <typeparam name="TVec">Its vector.</typeparam>
    /// <param name="weights">The weights.</param>
    /// <param name="gradient">The mean gradient.</param>
    /// <param name="first">This vector's place in the first slot, updated in place; never read if the optimizer has none.</param>
    /// <param name="second">The same of the second slot.</param>
    /// <returns>What the weights become.</returns>
    TVec Update<TSimd, TVec>(TVec weights, TVec gradient, float* first, float* second)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct;
}
