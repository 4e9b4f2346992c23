using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Activations;

/// <summary>
/// A function of single values and its derivative, written once for all instruction sets: with <see cref="ScalarSimd"/> it is the definition. A structure, so
/// that its constants and the loop around it become one piece of code.
/// </summary>
internal interface IActivationFunction
{
    /// <summary>Whether the derivative is computed from the output y = f(x); otherwise from the input x.</summary>
    static abstract bool ReadsOutput { get; }

    /// <summary>y = f(x). NaN gives NaN.</summary>
    /// <typeparam name="TSimd">The instruction set.</typeparam>
    /// <typeparam name="TVec">Its vector.</typeparam>
    /// <param name="x">Inputs.</param>
    TVec Value<TSimd, TVec>(TVec x)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct;

    /// <summary>gradient · f′(x).</summary>
    /// <typeparam name="TSimd">The instruction set.</typeparam>
    /// <typeparam name="TVec">Its vector.</typeparam>
    /// <param name="kept">The outputs if <see cref="ReadsOutput"/>, otherwise the inputs.</param>
    /// <param name="gradient">Gradient of the outputs.</param>
    TVec Gradient<TSimd, TVec>(TVec kept, TVec gradient)
        where TSimd : struct, ISimd<TVec>
        where TVec : struct;
}
