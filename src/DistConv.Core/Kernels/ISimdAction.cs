using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Kernels;

/// <summary>An elementwise loop that a kernel set runs in its own instruction set: see <see cref="KernelSet.Run{TAction}"/>.</summary>
public interface ISimdAction
{
    /// <summary>The loop.</summary>
    /// <typeparam name="TSimd">The instruction set.</typeparam>
    /// <typeparam name="TVec">Its vector.</typeparam>
    void Invoke<TSimd, TVec>()
        where TSimd : struct, ISimd<TVec>
        where TVec : struct;
}
