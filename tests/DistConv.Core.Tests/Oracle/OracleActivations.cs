using DistConv.Core.Layers;
using DistConv.Core.Layers.Activations;
using DistConv.Core.Layers.PRelu;
using DistConv.Core.Layers.Relu;
using DistConv.Core.Layers.Softmax;
using DistConv.Core.Shapes;
using DistConv.Core.Tests.Numerics;

namespace DistConv.Core.Tests.Oracle;

/// <summary>Activations in double precision by the formulas of their papers; derivatives are differences.</summary>
internal static class OracleActivations
{
    /// <summary>The layer; null: it is no activation.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="channels">Channels of its input.</param>
    public static OracleLayer? Of(LayerSpec layer, int channels)
    {
        Func<double, double>? function = layer switch
        {
            ReluSpec relu => x => x > relu.Threshold ? Math.Min(x, relu.MaxValue ?? double.PositiveInfinity) : relu.NegativeSlope * (x - relu.Threshold),
            EluSpec elu => x => x > 0 ? x : elu.Alpha * Expm1(x),
            LeakyReluSpec leaky => x => x > 0 ? x : leaky.Slope * x,
            ThresholdedReluSpec relu => x => x > relu.Theta ? x : 0,
            SeluSpec => x => 1.0507009873554804934193349852946 * (x > 0 ? x : 1.6732632423543772848170429916717 * Expm1(x)),
            GeluSpec { Approximate: false } => x => 0.5 * x * (1 + OracleErf.Of(x / Math.Sqrt(2))),
            GeluSpec => x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))),
            SiluSpec => x => x / (1 + Math.Exp(-x)),
            HardSiluSpec => x => x * Math.Clamp(x + 3, 0, 6) / 6,
            SigmoidSpec => x => 1 / (1 + Math.Exp(-x)),
            HardSigmoidSpec hard => x => Math.Clamp((hard.Slope * x) + 0.5, 0, 1),
            TanhSpec => Math.Tanh,
            SoftplusSpec => x => Math.Max(x, 0) + Math.Log(1 + Math.Exp(-Math.Abs(x))),
            SoftsignSpec => x => x / (1 + Math.Abs(x)),
            ExponentialSpec => Math.Exp,
            _ => null,
        };
        return layer is SoftmaxSpec ? new OracleSoftmaxLayer(channels) : function is null ? null : new OracleFunctionLayer(function);
    }

    private static double Expm1(double x) => Math.Abs(x) < 1e-5 ? x + (x * x / 2) : Math.Exp(x) - 1;
}

/// <summary>A function of single values.</summary>
internal sealed class OracleFunctionLayer(Func<double, double> function) : OracleLayer(0)
{
    private const double Step = 1e-6;

    public override double[] Forward(double[] x, int sample) => [.. x.Select(function)];

    public override double[] Backward(double[] x, double[] gradOutput, int sample) =>
        [.. x.Zip(gradOutput, (v, g) => g * (function(v + Step) - function(v - Step)) / (2 * Step))];
}

/// <summary>Learned slopes, by their place in a tensor of Keras's shape.</summary>
internal sealed class OraclePReluLayer(TensorShape input, SharedAxes shared) : OracleLayer(shared.ShapeFor(input).Aggregate((a, b) => a * b))
{
    public override double[] Forward(double[] x, int sample) => [.. x.Select((v, i) => v > 0 ? v : Parameters[PlaceOf(i)] * v)];

    public override double[] Backward(double[] x, double[] gradOutput, int sample)
    {
        for (int i = 0; i < x.Length; i++) Gradients[PlaceOf(i)] += x[i] > 0 ? 0 : gradOutput[i] * x[i];
        return [.. x.Zip(gradOutput).Select((pair, i) => pair.First > 0 ? pair.Second : Parameters[PlaceOf(i)] * pair.Second)];
    }

    private int PlaceOf(int i)
    {
        int c = i % input.Channels, w = i / input.Channels % input.Width, h = i / input.Channels / input.Width;
        if (input.IsFlat) return shared.First ? 0 : c;
        IReadOnlyList<int> shape = shared.ShapeFor(input);
        return ((((shared.First ? 0 : h) * shape[1]) + (shared.Second ? 0 : w)) * shape[2]) + (shared.Third ? 0 : c);
    }
}

/// <summary>Softmax over the channels of each position.</summary>
internal sealed class OracleSoftmaxLayer(int channels) : OracleLayer(0)
{
    public override double[] Forward(double[] x, int sample) => [.. x.Chunk(channels).SelectMany(Softmax)];

    public override double[] Backward(double[] x, double[] gradOutput, int sample) =>
        [.. x.Chunk(channels).Zip(gradOutput.Chunk(channels), Gradient).SelectMany(row => row)];

    private static double[] Softmax(double[] x)
    {
        double[] exponentials = [.. x.Select(v => Math.Exp(v - x.Max()))];
        double sum = exponentials.Sum();
        return [.. exponentials.Select(e => e / sum)];
    }

    private static double[] Gradient(double[] x, double[] gradOutput)
    {
        double[] y = Softmax(x);
        double sum = y.Zip(gradOutput, (p, g) => p * g).Sum();
        return [.. y.Zip(gradOutput, (p, g) => p * (g - sum))];
    }
}
