using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Dense;

/// <summary>Dense products by kernel set.</summary>
public static class DenseKernels
{
    /// <summary>A fully connected layer of one geometry.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="shape">The geometry.</param>
    /// <returns>An operator without weights: pack them before use.</returns>
    public static DenseOperator Dense(this KernelSet kernels, DenseShape shape)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        Creation creation = new(shape);
        kernels.Run(ref creation);
        return creation.Operator!;
    }

    private struct Creation(DenseShape shape) : ISimdAction
    {
        public DenseOperator? Operator { get; private set; }

        public void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct =>
            Operator = typeof(TSimd) == typeof(ScalarSimd) ? new DenseScalar(shape) : new TiledDense<TSimd, TVec>(shape);
    }
}
