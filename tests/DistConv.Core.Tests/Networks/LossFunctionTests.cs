using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using Xunit;

namespace DistConv.Core.Tests.Networks;

/// <summary>The losses of one sample against their formulas in double precision, and their gradients against central differences of these.</summary>
public sealed unsafe class LossFunctionTests
{
    private static readonly float[] _grid = [-90f, -20f, -3f, -1f, -0.25f, 0.125f, 0.75f, 2f, 7f, 30f, 88f];

    public static TheoryData<string, string> Losses => new()
    {
        { "sigmoid", LossFunction.BinaryCrossentropy },
        { "sigmoid", LossFunction.MeanSquaredError },
        { "sigmoid", LossFunction.MeanAbsoluteError },
        { "linear", LossFunction.MeanSquaredError },
        { "linear", LossFunction.MeanAbsoluteError },
        { "softmax", LossFunction.CategoricalCrossentropy },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public void Of_units_equalsDoublePrecision(string activation, string name)
    {
        foreach (int units in activation == "softmax" ? [2, 5] : (int[])[1, 2, 5])
        {
            LossFunction loss = LossFunction.Create(name, Plan(activation, units), int.Max(2, units));
            for (int at = 0; at < _grid.Length; at++)
            {
                float[] logits = [.. Enumerable.Range(0, units).Select(unit => _grid[(at + (3 * unit)) % _grid.Length])];
                for (int label = 0; label < int.Max(2, units); label++)
                {
                    (double value, _, float[] gradient) = Run(loss, logits, label);
                    double expected = Definition(activation, name, [.. logits.Select(x => (double)x)], label);
                    Assert.Equal(expected, value, 1e-6 * double.Max(1, expected));
                    for (int unit = 0; unit < units; unit++)
                        Assert.Equal(Difference(activation, name, logits, label, unit), gradient[unit], 2e-5 * double.Max(1, double.Abs(gradient[unit])));
                }
            }
        }
    }

    [Theory]
    [InlineData("sigmoid", LossFunction.BinaryCrossentropy, 0.1f)]
    [InlineData("sigmoid", LossFunction.BinaryCrossentropy, 0.75f)]
    [InlineData("softmax", LossFunction.CategoricalCrossentropy, 0.1f)]
    [InlineData("softmax", LossFunction.CategoricalCrossentropy, 0.75f)]
    public void Of_labelSmoothing_equalsDoublePrecision(string activation, string name, float smoothing)
    {
        foreach (int units in activation == "softmax" ? [2, 5] : (int[])[1, 2, 5])
        {
            LossFunction loss = LossFunction.Create(name, Plan(activation, units), int.Max(2, units), new LossOptions(smoothing));
            for (int at = 0; at < _grid.Length; at++)
            {
                float[] logits = [.. Enumerable.Range(0, units).Select(unit => _grid[(at + (3 * unit)) % _grid.Length])];
                for (int label = 0; label < int.Max(2, units); label++)
                {
                    (double value, _, float[] gradient) = Run(loss, logits, label);
                    double expected = Definition(activation, name, [.. logits.Select(x => (double)x)], label, smoothing);
                    Assert.Equal(expected, value, 1e-6 * double.Max(1, expected));
                    for (int unit = 0; unit < units; unit++)
                        Assert.Equal(Difference(activation, name, logits, label, unit, smoothing), gradient[unit], 2e-5);
                }
            }
        }
    }

    [Fact]
    public void Of_labelSmoothing_equalsKeras()
    {
        // keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.3) of [[0, 1, 0]] and [[0., log 2, log 5]], by hand:
        // targets 0.1, 0.8, 0.1; probabilities 1/8, 2/8, 5/8.
        float[] logits = [0f, 0.6931472f, 1.6094379f];
        double expected = -((0.1 * Math.Log(0.125)) + (0.8 * Math.Log(0.25)) + (0.1 * Math.Log(0.625)));
        Assert.Equal(expected, Run(LossFunction.Create(null, Plan("softmax", 3), 3, new LossOptions(0.3f)), logits, 1).Loss, 1e-6);

        // keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.2) of [[1, 0]] and [[log 3, 0.]]: targets 0.9, 0.1; probabilities 3/4, 1/2.
        double binary = -((0.9 * Math.Log(0.75)) + (0.1 * Math.Log(0.25)) + Math.Log(0.5)) / 2;
        Assert.Equal(binary, Run(LossFunction.Create(null, Plan("sigmoid", 2), 2, new LossOptions(0.2f)), [1.0986123f, 0f], 0).Loss, 1e-6);
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Of_classWeights_multiplyLossAndGradient(string activation, string name)
    {
        ModelPlan plan = Plan(activation, 3);
        LossFunction plain = LossFunction.Create(name, plan, 3), weighted = LossFunction.Create(name, plan, 3, new LossOptions(ClassWeights: [0f, 0.3f, 7f]));
        foreach ((int label, float weight) in ((int, float)[])[(0, 0f), (1, 0.3f), (2, 7f)])
        {
            (double loss, bool isCorrect, float[] gradient) = Run(plain, [0.5f, -1f, 2f], label);
            Assert.Equal((loss * weight, isCorrect), (Run(weighted, [0.5f, -1f, 2f], label).Loss, Run(weighted, [0.5f, -1f, 2f], label).Correct));
            Assert.Equal([.. gradient.Select(g => g * weight)], Run(weighted, [0.5f, -1f, 2f], label).Gradient);
        }
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Of_noSmoothingAndWeightsOfOne_hasTheSameBits(string activation, string name)
    {
        ModelPlan plan = Plan(activation, 3);
        LossFunction plain = LossFunction.Create(name, plan, 3), same = LossFunction.Create(name, plan, 3, new LossOptions(0, [1f, 1f, 1f]));
        Assert.Equal(Run(plain, [0.5f, -1f, 2f], 1).Loss, Run(same, [0.5f, -1f, 2f], 1).Loss);
        Assert.Equal(Run(plain, [0.5f, -1f, 2f], 1).Gradient, Run(same, [0.5f, -1f, 2f], 1).Gradient);
    }

    [Theory]
    [InlineData(-60f, 1, 60.0)]
    [InlineData(-30f, 0, 9.3576229688397368e-14)]
    [InlineData(60f, 1, 8.7565107626965203e-27)]
    [InlineData(1000f, 0, 1000.0)]
    [InlineData(3e38f, 1, 0.0)]
    [InlineData(0f, 1, 0.69314718055994531)]
    public void Of_binaryCrossentropy_isExactWhereAProbabilityRoundsToOne(float logit, int label, double expected)
    {
        (double value, _, float[] gradient) = Run(LossFunction.Create(null, Plan("sigmoid", 1), 2), [logit], label);
        Assert.Equal(expected, value, 1e-14 * expected);
        Assert.True(float.IsFinite(gradient[0]));
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public void Of_nan_isNotHidden(string activation, string name)
    {
        foreach (int label in (int[])[0, 1])
        {
            (double value, _, float[] gradient) = Run(LossFunction.Create(name, Plan(activation, 3), 3), [1f, float.NaN, -1f], label);
            Assert.True(double.IsNaN(value));
            Assert.True(float.IsNaN(gradient[1]));
        }
    }

    [Theory]
    [InlineData("sigmoid", new[] { 0.1f }, 1, true)]
    [InlineData("sigmoid", new[] { -0.1f }, 1, false)]
    [InlineData("sigmoid", new[] { 0f }, 0, true)]
    [InlineData("sigmoid", new[] { -3f, -2f, -5f }, 1, true)]
    [InlineData("linear", new[] { 2.4f }, 2, true)]
    [InlineData("linear", new[] { 2.5f }, 2, false)]
    [InlineData("linear", new[] { 0.1f, 0.9f, 0.2f }, 1, true)]
    public void Of_logits_countsTheNearestClass(string activation, float[] logits, int label, bool expected) =>
        Assert.Equal(expected, Run(LossFunction.Create(null, Plan(activation, logits.Length), 4), logits, label).Correct);

    [Fact]
    public void Of_equalOutputAndTarget_hasNoSlope()
    {
        Assert.Equal([0f], Run(LossFunction.Create(LossFunction.MeanAbsoluteError, Plan("linear", 1), 4), [3f], 3).Gradient);
        Assert.Equal([0f], Run(LossFunction.Create(null, Plan("linear", 1), 4), [3f], 3).Gradient);
    }

    [Fact]
    public void AbsoluteError_ofUnits_isTheirMean() =>
        Assert.Equal(0.75, LossFunction.Create(null, Plan("linear", 2), 2).AbsoluteError([0.5f, 2f], 1), 1e-12);

    [Theory]
    [InlineData("mse", OutputKind.Values,
        "is 'mse'; give one of categorical_crossentropy, binary_crossentropy, mean_squared_error, mean_absolute_error")]
    [InlineData("binary_crossentropy", OutputKind.Values,
        "is 'binary_crossentropy', but the model ends in numbers; give mean_squared_error or mean_absolute_error")]
    [InlineData("mean_squared_error", OutputKind.Softmax, "is 'mean_squared_error', but the model ends in a softmax; give categorical_crossentropy")]
    [InlineData("categorical_crossentropy", OutputKind.Sigmoid,
        "is 'categorical_crossentropy', but the model ends in sigmoid units; give binary_crossentropy or mean_squared_error or mean_absolute_error")]
    [InlineData("mean_squared_error", OutputKind.Sigmoid, null)]
    public void FindProblem_ofALoss_saysWhatFits(string name, OutputKind kind, string? expected) =>
        Assert.Equal(expected, LossFunction.FindProblem(name, kind));

    [Theory]
    [InlineData(OutputKind.Softmax)]
    [InlineData(OutputKind.Sigmoid)]
    [InlineData(OutputKind.Values)]
    public void DefaultOf_anEnd_fitsIt(OutputKind kind) => Assert.Null(LossFunction.FindProblem(LossFunction.DefaultOf(kind), kind));

    private static ModelPlan Plan(string activation, int units) => ModelSpec.Parse(
        $$"""{"input":[1,1,1],"layers":[{"type":"flatten"},{"type":"dense","units":{{units}},"activation":"{{activation}}"}]}""", "test").Infer();

    private static (double Loss, bool Correct, float[] Gradient) Run(LossFunction loss, float[] logits, int label)
    {
        float[] gradient = new float[logits.Length], scratch = new float[logits.Length];
        fixed (float* x = logits, g = gradient, s = scratch)
        {
            (double value, bool correct) = loss.Of(x, label, s, g);
            Assert.Equal((value, correct), loss.Of(x, label, s, null));
            return (value, correct, gradient);
        }
    }

    private static double Difference(string activation, string name, float[] logits, int label, int unit, double smoothing = 0)
    {
        const double Step = 1e-6;
        double[] above = [.. logits.Select(x => (double)x)], below = [.. above];
        above[unit] += Step;
        below[unit] -= Step;
        return (Definition(activation, name, above, label, smoothing) - Definition(activation, name, below, label, smoothing)) / (2 * Step);
    }

    private static double Definition(string activation, string name, double[] x, int label, double smoothing = 0)
    {
        double[] t = [.. x.Select((_, unit) => x.Length == 1 ? label : unit == label ? 1.0 : 0.0)];
        t = [.. t.Select(target => (target * (1 - smoothing)) + (smoothing == 0 ? 0 : smoothing / (activation == "softmax" ? x.Length : 2)))];
        double[] y = activation switch
        {
            "sigmoid" => [.. x.Select(v => 1 / (1 + Math.Exp(-v)))],
            "softmax" => [.. x.Select(v => Math.Exp(v - x.Max()) / x.Sum(w => Math.Exp(w - x.Max())))],
            _ => x,
        };
        return name switch
        {
            LossFunction.CategoricalCrossentropy => Math.Log(x.Sum(w => Math.Exp(w - x.Max()))) - x.Zip(t, (v, w) => w * (v - x.Max())).Sum(),
            LossFunction.BinaryCrossentropy => x.Zip(t, (v, w) => Math.Max(v, 0) - (v * w) + Math.Log(1 + Math.Exp(-Math.Abs(v)))).Average(),
            LossFunction.MeanSquaredError => y.Zip(t, (v, w) => (v - w) * (v - w)).Average(),
            LossFunction.MeanAbsoluteError => y.Zip(t, (v, w) => Math.Abs(v - w)).Average(),
            _ => throw new ArgumentException(name),
        };
    }
}
