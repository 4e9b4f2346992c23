using DistConv.Core.Kernels;
using DistConv.Core.Layers.Conv2D;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Operands of all products of one convolution, for two samples.</summary>
internal sealed record ConvData(Conv2DShape Shape, float[] Weights, float[] Bias, float[][] Inputs, float[][] GradOutputs)
{
    public static ConvData Create(Conv2DShape s, int seed)
    {
        // Weights are finite by contract; every other shape's activations hold infinities and NaN.
        Func<int, int, float[]> values = seed % 2 == 0 ? TestData.Finite : TestData.Wild;
        return new ConvData(
            s,
            TestData.Finite(s.KernelSize, (seed * 8) + 1),
            TestData.Finite(s.OutC, (seed * 8) + 2),
            [values(s.InputSize, (seed * 8) + 3), values(s.InputSize, (seed * 8) + 4)],
            [values(s.OutputSize, (seed * 8) + 5), values(s.OutputSize, (seed * 8) + 6)]);
    }
}

/// <summary>What one kernel set makes of a <see cref="ConvData"/>.</summary>
internal sealed record ConvRun(float[] Output, float[] OutputRelu, float[] GradInput, float[] GradRectified, float[] GradWeights)
{
    /// <summary>Runs all products in memory of the given kind; asserts that the operands that are read only were not written.</summary>
    public static unsafe ConvRun Of(KernelSet kernels, ConvData data, Placement placement)
    {
        Conv2DShape s = data.Shape;
        using var operands = new Operands(placement);
        using Conv2DOperator conv = kernels.Conv2D(s);
        float* weights = operands.Copy(data.Weights), bias = operands.Copy(data.Bias), scratch = operands.Empty(conv.ScratchLength);
        float*[] inputs = [operands.Copy(data.Inputs[0]), operands.Copy(data.Inputs[1])];
        float*[] gradOutputs = [operands.Copy(data.GradOutputs[0]), operands.Copy(data.GradOutputs[1])];
        float* output = operands.Empty(s.OutputSize), outputRelu = operands.Empty(s.OutputSize);
        float* gradInput = operands.Empty(s.InputSize), gradRectified = operands.Empty(s.InputSize), gradWeights = operands.Empty(s.KernelSize);
        conv.PackWeights(weights, bias);
        conv.Forward(inputs[0], output, relu: false, scratch);
        conv.Forward(inputs[0], outputRelu, relu: true, scratch);
        conv.InputGradient(gradOutputs[0], gradInput, rectified: null, scratch);
        conv.InputGradient(gradOutputs[0], gradRectified, rectified: inputs[0], scratch);

        // The last unit first: they are independent.
        for (int unit = conv.WeightGradientUnits - 1; unit >= 0; unit--)
        {
            for (int n = 0; n < 2; n++) conv.WeightGradient(unit, inputs[n], gradOutputs[n], gradWeights, accumulate: n > 0, scratch);
        }

        SameBits.Check(data.Weights, new(weights, s.KernelSize), "weights after use");
        SameBits.Check(data.Bias, new(bias, s.OutC), "bias after use");
        for (int n = 0; n < 2; n++)
        {
            SameBits.Check(data.Inputs[n], new(inputs[n], s.InputSize), "input after use");
            SameBits.Check(data.GradOutputs[n], new(gradOutputs[n], s.OutputSize), "gradOutput after use");
        }

        return new ConvRun(
            new Span<float>(output, s.OutputSize).ToArray(), new Span<float>(outputRelu, s.OutputSize).ToArray(),
            new Span<float>(gradInput, s.InputSize).ToArray(), new Span<float>(gradRectified, s.InputSize).ToArray(),
            new Span<float>(gradWeights, s.KernelSize).ToArray());
    }

    public void Check(ConvRun actual, string what)
    {
        SameBits.Check(Output, actual.Output, what + " forward");
        SameBits.Check(OutputRelu, actual.OutputRelu, what + " forward with relu");
        SameBits.Check(GradInput, actual.GradInput, what + " input gradient");
        SameBits.Check(GradRectified, actual.GradRectified, what + " input gradient before relu");
        SameBits.Check(GradWeights, actual.GradWeights, what + " weight gradient");
    }
}
