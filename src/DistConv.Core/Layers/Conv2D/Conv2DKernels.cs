using DistConv.Core.Kernels;
using DistConv.Core.Kernels.Simd;

namespace DistConv.Core.Layers.Conv2D;

/// <summary>Convolutions by kernel set.</summary>
public static class Conv2DKernels
{
    /// <summary>A convolution of one geometry.</summary>
    /// <param name="kernels">The kernel set.</param>
    /// <param name="shape">The geometry.</param>
    /// <returns>An operator without weights: pack them before use.</returns>
    public static Conv2DOperator Conv2D(this KernelSet kernels, Conv2DShape shape)
    {
        ArgumentNullException.ThrowIfNull(kernels);
        Creation creation = new(shape);
        kernels.Run(ref creation);
        return creation.Operator!;
    }

    private struct Creation(Conv2DShape shape) : ISimdAction
    {
        public Conv2DOperator? Operator { get; private set; }

        public void Invoke<TSimd, TVec>()
            where TSimd : struct, ISimd<TVec>
            where TVec : struct =>
            Operator = typeof(TSimd) == typeof(ScalarSimd) ? new Conv2DScalar(shape)
                : shape.Groups == 1 ? new TiledConv2D<TSimd, TVec>(shape)
                : shape.GroupInC == 1 ? new DepthwiseConv2D<TSimd, TVec>(shape)
                : new GroupedConv2D<TSimd, TVec>(shape);
    }
}
