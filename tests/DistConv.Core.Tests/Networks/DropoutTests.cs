using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Tests.Kernels;
using Xunit;

namespace DistConv.Core.Tests.Networks;

public sealed unsafe class DropoutTests
{
    private const int Size = 20 * 20 * 10;

    [Fact]
    public void Dropout_inTraining_dropsTheRateAndScalesTheRest()
    {
        float[] input = TestData.Smooth(Size, 1), output = Run(0.25, new SampleContext(3, 5, Training: true), input);
        int dropped = output.Count(v => BitConverter.SingleToUInt32Bits(v) == 0);

        // Binomial: 1,000 ± 27; ten standard deviations.
        Assert.InRange(dropped, 726, 1274);
        for (int i = 0; i < Size; i++)
        {
            if (output[i] != 0f) Assert.Equal(input[i] * (float)(1 / 0.75), output[i]);
        }
    }

    [Fact]
    public void Dropout_mask_isAFunctionOfSampleStepSeedAndNothingElse()
    {
        float[] ones = [.. Enumerable.Repeat(1f, Size)], mask = Run(0.5, new SampleContext(3, 5, Training: true), ones);
        foreach (KernelSet set in KernelSets.Supported) Assert.Equal(mask, Run(0.5, new SampleContext(3, 5, Training: true), ones, set: set));
        Assert.NotEqual(mask, Run(0.5, new SampleContext(4, 5, Training: true), ones));
        Assert.NotEqual(mask, Run(0.5, new SampleContext(3, 6, Training: true), ones));
        Assert.NotEqual(mask, Run(0.5, new SampleContext(3, 5, Training: true), ones, seed: 8));
    }

    [Fact]
    public void Dropout_inEvaluationOrWithRateZero_changesNothing()
    {
        float[] input = TestData.Wild(Size, 1);
        SameBits.Check(input, Run(0.25, new SampleContext(3, 5, Training: false), input), "evaluation");
        SameBits.Check(input, Run(0, new SampleContext(3, 5, Training: true), input), "rate 0");
    }

    private static float[] Run(double rate, SampleContext context, float[] values, ulong seed = 7, KernelSet? set = null)
    {
        ModelSpec model = ModelSpec.Parse(
            $$"""
            {"name":"m","input":[20,20,10],"layers":[{"type":"dropout","rate":{{rate}}},{"type":"flatten"},{"type":"dense","units":2,"activation":"softmax"}]}
            """,
            "test");
        using var network = new Network(model, set ?? KernelSets.Supported[^1], seed);
        var dropout = (SampleLayer)network.Layers[0];
        using FloatBuffer state = new(dropout.Traits.StateLength), scratch = new(dropout.ScratchLength);
        var output = new float[Size];
        fixed (float* x = values, y = output)
        {
            float* input = x;
            dropout.Forward(context, new RowMemory(&input, y, state.Pointer, scratch.Pointer));
        }

        return output;
    }
}
