using CsCheck;
using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Pooling;
using DistConv.Core.Shapes;
using Xunit;

namespace DistConv.Core.Tests.Shapes;

public sealed class ShapeTests
{
    private static readonly Gen<Conv2DShape> GenConvolution =
        from h in Gen.Int[1, 12]
        from w in Gen.Int[1, 12]
        from inC in Gen.Int[1, 3]
        from kh in Gen.Int[1, 6]
        from kw in Gen.Int[1, 6]
        from outC in Gen.Int[1, 3]
        from strideH in Gen.Int[1, 5]
        from strideW in Gen.Int[1, 5]
        from same in Gen.Bool
        from dilationH in Gen.Int[1, 3]
        from dilationW in Gen.Int[1, 3]
        let dilated = strideH == 1 && strideW == 1
        let dh = dilated ? dilationH : 1
        let dw = dilated ? dilationW : 1
        where same || (((kh - 1) * dh) + 1 <= h && ((kw - 1) * dw) + 1 <= w)
        select new Conv2DShape(h, w, inC, kh, kw, outC, strideH, strideW, same ? Padding.Same : Padding.Valid, dh, dw);

    [Fact]
    public void Conv2DShape_5x5_input_with_32_valid_3x3_kernels_gives_3x3x32()
    {
        Conv2DShape shape = new(5, 5, 1, 3, 3, 32);

        Assert.Equal(new TensorShape(3, 3, 32), shape.Output);
        Assert.Equal((0, 0), (shape.PadTop, shape.PadLeft));
        Assert.Equal((9, 288, 288), (shape.FanIn, shape.FanOut, shape.KernelSize));
        Assert.Equal((25, 288), (shape.InputSize, shape.OutputSize));
        Assert.Equal(9 * 9 * 32, shape.MultiplyAdds);
    }

    // Expected by hand from TensorFlow's rule (tf.nn.convolution, "SAME"): out = ceil(in / stride), the odd pixel at the end.
    [Theory]
    [InlineData(5, 3, 1, 5, 1)]
    [InlineData(5, 3, 2, 3, 1)]
    [InlineData(6, 3, 2, 3, 0)]
    [InlineData(28, 5, 1, 28, 2)]
    [InlineData(4, 2, 1, 4, 0)]
    [InlineData(7, 4, 1, 7, 1)]
    [InlineData(7, 1, 3, 3, 0)]
    [InlineData(1, 3, 1, 1, 1)]
    [InlineData(2, 2, 5, 1, 0)]
    public void Same_padding_follows_TensorFlow(int input, int kernel, int stride, int expectedOut, int expectedPadBefore)
    {
        Conv2DShape convolution = new(input, input, 1, kernel, kernel, 1, stride, stride, Padding.Same);
        Pool2DShape pooling = new(input, input, 1, kernel, kernel, stride, stride, Padding.Same);

        Assert.Equal((expectedOut, expectedOut), (convolution.OutH, convolution.OutW));
        Assert.Equal((expectedPadBefore, expectedPadBefore), (convolution.PadTop, convolution.PadLeft));
        Assert.Equal((expectedOut, expectedOut), (pooling.OutH, pooling.OutW));
        Assert.Equal((expectedPadBefore, expectedPadBefore), (pooling.PadTop, pooling.PadLeft));
    }

    [Fact]
    public void Valid_kernel_larger_than_input_has_no_output()
    {
        Conv2DShape shape = new(3, 3, 1, 4, 2, 8);

        Assert.Equal((0, 2), (shape.OutH, shape.OutW));
        Assert.Equal(0, shape.MultiplyAdds);
    }

    [Fact]
    public void Convolution_agrees_with_enumerating_every_tap()
    {
        GenConvolution.Sample(
            shape =>
            {
                (int outH, int outW, long taps) = Enumerate(shape);
                return shape.OutH == outH && shape.OutW == outW && shape.MultiplyAdds == taps * shape.InC * shape.OutC;
            },
            iter: 2_000);
    }

    [Fact]
    public void Pooling_agrees_with_a_convolution_of_the_same_window()
    {
        GenConvolution.Sample(
            dilated =>
            {
                Conv2DShape c = dilated with { DilationH = 1, DilationW = 1 };
                Pool2DShape pool = new(c.InH, c.InW, c.InC, c.KH, c.KW, c.StrideH, c.StrideW, c.Padding);
                return (pool.OutH, pool.OutW, pool.PadTop, pool.PadLeft) == (c.OutH, c.OutW, c.PadTop, c.PadLeft)
                    && pool.Taps * c.OutC == c.MultiplyAdds
                    && pool.InputSize == pool.Input.Size && pool.OutputSize == pool.Output.Size;
            },
            iter: 1_000);
    }

    [Fact]
    public void DenseShape_of_4608_to_128_has_Keras_fans_and_size()
    {
        DenseShape shape = new(4608, 128);

        Assert.Equal((4608, 128, 589_824), (shape.FanIn, shape.FanOut, shape.KernelSize));
        Assert.Equal(589_824, shape.MultiplyAdds);
        Assert.Equal("(4608) (128)", $"{shape.Input} {shape.Output}");
    }

    [Fact]
    public void Sizes_beyond_an_int_throw_instead_of_wrapping()
    {
        Conv2DShape shape = new(65_536, 65_536, 1, 1, 1, 1);

        Assert.Throws<OverflowException>(() => shape.InputSize);
    }

    /// <summary>
    /// The definition, spelled out: pad the input, slide the window over it, count taps that are input. Total padding for 'same' is the smallest that makes
    /// room for ceil(in / stride) windows, less of it in front.
    /// </summary>
    private static (int OutH, int OutW, long Taps) Enumerate(Conv2DShape shape)
    {
        (int outH, long tapsH) = EnumerateAxis(shape.InH, shape.ExtentH, shape.StrideH, shape.Padding, shape.DilationH);
        (int outW, long tapsW) = EnumerateAxis(shape.InW, shape.ExtentW, shape.StrideW, shape.Padding, shape.DilationW);
        return (outH, outW, tapsH * tapsW);
    }

    private static (int Outputs, long Taps) EnumerateAxis(int input, int window, int stride, Padding padding, int dilation)
    {
        int before = 0, after = 0;
        if (padding == Padding.Same)
        {
            int wanted = (int)Math.Ceiling(input / (double)stride);
            while (Starts(input + before + after, window, stride) < wanted)
            {
                if (before < after) before++;
                else after++;
            }
        }

        int outputs = 0;
        long taps = 0;
        for (int start = 0; start + window <= before + input + after; start += stride)
        {
            outputs++;
            for (int tap = start; tap < start + window; tap += dilation)
            {
                if (tap >= before && tap < before + input) taps++;
            }
        }

        return (outputs, taps);
    }

    private static int Starts(int padded, int window, int stride) => padded < window ? 0 : (padded - window) / stride + 1;
}
