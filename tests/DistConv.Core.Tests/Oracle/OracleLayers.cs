using DistConv.Core.Layers.Conv2D;
using DistConv.Core.Layers.Dense;
using DistConv.Core.Layers.Pooling;

namespace DistConv.Core.Tests.Oracle;

/// <summary>A layer in double precision: forward, then backward, which adds to the parameters' gradients; sample by sample, unless it overrides that.</summary>
internal abstract class OracleLayer(int parameters)
{
    /// <summary>Kernel, then bias.</summary>
    public double[] Parameters { get; } = new double[parameters];

    /// <summary>Sums over the samples.</summary>
    public double[] Gradients { get; } = new double[parameters];

    public abstract double[] Forward(double[] x, int sample);

    public abstract double[] Backward(double[] x, double[] gradOutput, int sample);

    public virtual double[][] Forward(double[][] samples) => [.. samples.Select(Forward)];

    public virtual double[][] Backward(double[][] samples, double[][] gradOutputs) => [.. samples.Select((x, n) => Backward(x, gradOutputs[n], n))];
}

internal sealed class OracleConvLayer(Conv2DShape shape, bool useBias) : OracleLayer(shape.KernelSize + (useBias ? shape.OutC : 0))
{
    private readonly OracleConv2D _conv = new(shape);

    private double[] Kernel => Parameters[..shape.KernelSize];

    public override double[] Forward(double[] x, int sample) =>
        _conv.Forward(x, Kernel, useBias ? Parameters[shape.KernelSize..] : new double[shape.OutC]);

    public override double[] Backward(double[] x, double[] gradOutput, int sample)
    {
        double[] kernel = _conv.WeightGradient(x, gradOutput);
        for (int i = 0; i < kernel.Length; i++) Gradients[i] += kernel[i];
        for (int i = 0; useBias && i < gradOutput.Length; i++) Gradients[shape.KernelSize + (i % shape.OutC)] += gradOutput[i];
        return _conv.InputGradient(Kernel, gradOutput);
    }
}

/// <summary>Two convolutions in a row, the first without a bias.</summary>
internal sealed class OracleSeparableLayer(Conv2DShape first, Conv2DShape second, bool useBias)
    : OracleLayer(first.KernelSize + second.KernelSize + (useBias ? second.OutC : 0))
{
    private readonly OracleConv2D _first = new(first), _second = new(second);

    private double[] Depthwise => Parameters[..first.KernelSize];

    private double[] Pointwise => Parameters[first.KernelSize..(first.KernelSize + second.KernelSize)];

    private double[] Bias => useBias ? Parameters[(first.KernelSize + second.KernelSize)..] : new double[second.OutC];

    public override double[] Forward(double[] x, int sample) => _second.Forward(Middle(x), Pointwise, Bias);

    public override double[] Backward(double[] x, double[] gradOutput, int sample)
    {
        double[] gradMiddle = _second.InputGradient(Pointwise, gradOutput);
        double[] kernels = [.. _first.WeightGradient(x, gradMiddle), .. _second.WeightGradient(Middle(x), gradOutput)];
        for (int i = 0; i < kernels.Length; i++) Gradients[i] += kernels[i];
        for (int i = 0; useBias && i < gradOutput.Length; i++) Gradients[kernels.Length + (i % second.OutC)] += gradOutput[i];
        return _first.InputGradient(Depthwise, gradMiddle);
    }

    private double[] Middle(double[] x) => _first.Forward(x, Depthwise, new double[first.OutC]);
}

internal sealed class OracleDenseLayer(DenseShape shape, bool useBias) : OracleLayer(shape.KernelSize + (useBias ? shape.Out : 0))
{
    public override double[] Forward(double[] x, int sample)
    {
        var y = new double[shape.Out];
        for (int o = 0; o < shape.Out; o++)
        {
            y[o] = useBias ? Parameters[shape.KernelSize + o] : 0;
            for (int i = 0; i < shape.In; i++) y[o] += x[i] * Parameters[(i * shape.Out) + o];
        }

        return y;
    }

    public override double[] Backward(double[] x, double[] gradOutput, int sample)
    {
        var gradInput = new double[shape.In];
        for (int o = 0; o < shape.Out; o++)
        {
            if (useBias) Gradients[shape.KernelSize + o] += gradOutput[o];
            for (int i = 0; i < shape.In; i++)
            {
                Gradients[(i * shape.Out) + o] += x[i] * gradOutput[o];
                gradInput[i] += Parameters[(i * shape.Out) + o] * gradOutput[o];
            }
        }

        return gradInput;
    }
}

internal sealed class OraclePoolLayer(Pool2DShape shape, bool maximum) : OracleLayer(0)
{
    private readonly OraclePool2D _pool = new(shape, maximum);

    public override double[] Forward(double[] x, int sample) => _pool.Forward(x);

    public override double[] Backward(double[] x, double[] gradOutput, int sample) => _pool.InputGradient(x, gradOutput);
}

internal sealed class OracleReluLayer() : OracleLayer(0)
{
    public override double[] Forward(double[] x, int sample) => [.. x.Select(v => v > 0 ? v : 0)];

    public override double[] Backward(double[] x, double[] gradOutput, int sample) => [.. x.Zip(gradOutput, (v, g) => v > 0 ? g : 0)];
}

/// <summary>Multiplies by factors that are given for each sample: 0 or 1 / (1 − rate).</summary>
internal sealed class OracleDropoutLayer(double[][] factors) : OracleLayer(0)
{
    public override double[] Forward(double[] x, int sample) => [.. x.Zip(factors[sample], (v, f) => v * f)];

    public override double[] Backward(double[] x, double[] gradOutput, int sample) => Forward(gradOutput, sample);
}
