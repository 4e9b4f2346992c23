using DistConv.Core.Kernels;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Optimizers;

/// <summary>
/// The update rules against Keras 3's formulas in double precision. Source: keras/src/optimizers/sgd.py, adadelta.py, adam.py and rmsprop.py, their
/// <c>update_step</c>, and base_optimizer.py, <c>_apply_weight_decay</c>, for adamw; sgd's weight decay is torch.optim.SGD's. Every kernel set has the bits of
/// the scalar one.
/// </summary>
public class OptimizerReferenceTests
{
    private const int Steps = 20;

    public static TheoryData<string> Cases => ["sgd", "momentum", "nesterov", "decay", "adadelta", "adam", "adamw", "rmsprop"];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Update_manySteps_agreesWithKerasInDouble(string name)
    {
        OptimizerSpec spec = Spec(name);
        const int Length = 53;
        var run = new OptimizerRun(spec, Length);
        double[] weights = [.. run.Weights.Select(w => (double)w)];
        double[][] slots = [.. run.Slots.Select(_ => new double[Length])];
        for (int step = 0; step < Steps; step++)
        {
            float[] sum = OptimizerRun.Gradient(step, Length);
            run.Step(KernelSets.Supported[^1], sum, samples: 7);
            for (int i = 0; i < Length; i++) Keras(spec, ref weights[i], slots, i, sum[i] / 7.0, step + 1);
        }

        AssertClose(weights, run.Weights);
        for (int slot = 0; slot < slots.Length; slot++) AssertClose(slots[slot], run.Slots[slot]);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Update_everyKernelSetAndLength_equalsScalar(string name)
    {
        OptimizerSpec spec = Spec(name);
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            for (int length = 1; length <= 100; length++)
            {
                OptimizerRun scalar = new(spec, length), run = new(spec, length);
                for (int step = 0; step < 3; step++)
                {
                    float[] sum = OptimizerRun.Gradient(step, length);
                    scalar.Step(KernelSets.Supported[0], sum, samples: 33);
                    run.Step(kernels, sum, samples: 33);
                }

                Assert.Equal(Bits(scalar.Weights), Bits(run.Weights));
                Assert.Equal(scalar.Slots.Select(Bits), run.Slots.Select(Bits));
                Assert.True(run.GuardIsUntouched);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Restore_scalarsInMidRun_goesOnWithTheSameBits(string name)
    {
        OptimizerSpec spec = Spec(name);
        OptimizerRun straight = new(spec, 20), resumed = new(spec, 20);
        for (int step = 0; step < 6; step++)
        {
            if (step == 3) resumed.Reopen();
            straight.Step(KernelSets.Supported[^1], OptimizerRun.Gradient(step, 20), samples: 3);
            resumed.Step(KernelSets.Supported[^1], OptimizerRun.Gradient(step, 20), samples: 3);
        }

        Assert.Equal(Bits(straight.Weights), Bits(resumed.Weights));
    }

    private static OptimizerSpec Spec(string name) => name switch
    {
        "sgd" => new OptimizerSpec("sgd", 0.05f),
        "momentum" => new OptimizerSpec("sgd", 0.05f, Momentum: 0.9f),
        "nesterov" => new OptimizerSpec("sgd", 0.05f, Momentum: 0.8f, Nesterov: true),
        "decay" => new OptimizerSpec("sgd", 0.05f, Momentum: 0.9f, WeightDecay: 0.1f),
        "adamw" => OptimizerSettings.Default(name) with { LearningRate = 0.01f, WeightDecay = 0.5f },
        _ => OptimizerSettings.Default(name),
    };

    /// <summary>One element of update_step: g is the mean gradient, t counts from 1.</summary>
    private static void Keras(OptimizerSpec s, ref double w, double[][] slots, int i, double g, int t)
    {
        if (s.Name == "sgd") g += s.WeightDecay * w;
        if (s.Name == "adamw") w -= w * s.WeightDecay * s.LearningRate;
        switch (s.Name)
        {
            case "sgd" when s.Momentum == 0:
                w -= s.LearningRate * g;
                break;
            case "sgd":
                slots[0][i] = (s.Momentum * slots[0][i]) - (s.LearningRate * g);
                w += s.Nesterov ? (s.Momentum * slots[0][i]) - (s.LearningRate * g) : slots[0][i];
                break;
            case "adadelta":
                slots[0][i] = (s.Rho * slots[0][i]) + ((1.0 - s.Rho) * g * g);
                double delta = -Math.Sqrt(slots[1][i] + s.Epsilon) * g / Math.Sqrt(slots[0][i] + s.Epsilon);
                slots[1][i] = (s.Rho * slots[1][i]) + ((1.0 - s.Rho) * delta * delta);
                w += s.LearningRate * delta;
                break;
            case "rmsprop":
                slots[0][i] = (s.Rho * slots[0][i]) + ((1.0 - s.Rho) * g * g);
                w -= s.LearningRate * g / Math.Sqrt(slots[0][i] + s.Epsilon);
                break;
            case "adam" or "adamw":
                double alpha = s.LearningRate * Math.Sqrt(1 - Math.Pow(s.Beta2, t)) / (1 - Math.Pow(s.Beta1, t));
                slots[0][i] += (g - slots[0][i]) * (1.0 - s.Beta1);
                slots[1][i] += ((g * g) - slots[1][i]) * (1.0 - s.Beta2);
                w -= slots[0][i] * alpha / (Math.Sqrt(slots[1][i]) + s.Epsilon);
                break;
            default:
                throw new ArgumentException(s.Name);
        }
    }

    /// <summary>Relative error 10⁻⁵; values that cancelled are measured against the largest.</summary>
    private static void AssertClose(double[] expected, float[] actual)
    {
        double floor = expected.Max(Math.Abs) / 100;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(Math.Abs(actual[i] - expected[i]) / Math.Max(Math.Abs(expected[i]), floor), 0, 1e-5);
        }
    }

    private static int[] Bits(float[] values) => [.. values.Select(BitConverter.SingleToInt32Bits)];
}
