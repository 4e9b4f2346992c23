using System.Runtime.Intrinsics;
using DistConv.Core.Kernels.Simd;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Every way to compute a convolution is taken by shapes of the grid, in every instruction set; first layers take those made for them.</summary>
public sealed class ConvPathTests
{
    [Fact]
    public void Grid_everyInstructionSet_takesEveryPath()
    {
        Check<Avx512Simd, Vector512<float>>();
        Check<Avx2Simd, Vector256<float>>();
        Check<Vector128Simd, Vector128<float>>();
    }

    [Fact]
    public void Suits_firstLayers_areAsMeasured()
    {
        var keras = new Conv2DShape(28, 28, 1, 3, 3, 32);
        var lenet = new Conv2DShape(28, 28, 1, 5, 5, 6, Padding: Padding.Same);
        var middle = new Conv2DShape(26, 26, 32, 3, 3, 32);
        Assert.True(TiledConv2DPositions<Avx512Simd, Vector512<float>>.Suits(lenet));
        Assert.True(TiledConv2DPatches<Avx512Simd, Vector512<float>>.Suits(lenet, cutsColumns: true));
        Assert.False(TiledConv2DPositions<Avx512Simd, Vector512<float>>.Suits(keras));
        Assert.False(TiledConv2DPositions<Avx512Simd, Vector512<float>>.Suits(middle));
        Assert.False(TiledConv2DPatches<Avx512Simd, Vector512<float>>.Suits(middle, cutsColumns: false));
    }

    private static void Check<TSimd, TVec>()
        where TSimd : struct, ISimd<TVec>
        where TVec : struct
    {
        int positions = 0, taps = 0, channels = 0, rows = 0;
        foreach (Conv2DShape shape in ConvShapes.All)
        {
            if (TiledConv2DPositions<TSimd, TVec>.Suits(shape)) positions++;
            if (!TiledConv2DPatches<TSimd, TVec>.Suits(shape, shape.Padding == Padding.Same))
            {
                rows++;
                continue;
            }

            using var patches = new TiledConv2DPatches<TSimd, TVec>(shape);
            if (patches.TapsAreLanes) taps++;
            else channels++;
        }

        Assert.All([positions, taps, channels, rows], count => Assert.True(count >= 30, $"{typeof(TSimd).Name}: {positions} {taps} {channels} {rows}"));
    }
}
