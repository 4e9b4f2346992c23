using DistConv.Core;
using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Steps of models that end in other things than a softmax, with each loss.</summary>
public class LossStepTests
{
    public static TheoryData<string, string?> Ends => new()
    {
        { """{"type": "dense", "units": 4, "activation": "sigmoid"}""", null },
        { """{"type": "dense", "units": 4}, {"type": "sigmoid"}""", "mean_squared_error" },
        { """{"type": "dense", "units": 4, "activation": "sigmoid"}, {"type": "reshape", "shape": [4]}""", "mean_absolute_error" },
        { """{"type": "dense", "units": 1}""", null },
        { """{"type": "dense", "units": 1}""", "mean_absolute_error" },
        { """{"type": "dense", "units": 4, "activation": "relu", "biasInitializer": "ones"}""", null },
        { """{"type": "dense", "units": 4, "biasInitializer": "ones"}, {"type": "relu"}, {"type": "reshape", "shape": [4]}""", "mean_absolute_error" },
        { """{"type": "dense", "units": 4, "activation": "relu"}, {"type": "softmax"}""", null },
        { """{"type": "dense", "units": 4, "activation": "tanh"}""", null },
    };

    [Theory]
    [MemberData(nameof(Ends))]
    public void Step_ofAnEnd_movesEachWeightAgainstTheDifferenceOfTheLoss(string end, string? loss)
    {
        string model = Model(end);
        JobSpec spec = TinyJobs.Spec(model, new OptimizerSpec("sgd", 1f), samples: 24, batch: 24, shards: 3) with { Loss = loss };
        DataSource data = TinyJobs.Data(spec.Samples);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);
        float[] before = trainer.Replica.Weights.ToArray();
        trainer.Step();
        float[] gradient = [.. before.Zip(trainer.Replica.Weights.ToArray(), (old, updated) => old - updated)];
        using Network network = new(ModelSpec.Parse(model, "m"), KernelSets.Supported[^1], spec.Seed);
        using SamplePass pass = new(network);
        string name = loss ?? LossFunction.DefaultOf(network.Plan.OutputKind);
        int compared = 0;
        foreach (ParameterTensor tensor in network.Parameters)
        {
            for (int i = tensor.Offset; i < tensor.Offset + tensor.Length; i += 1 + (tensor.Length / 12), compared++)
            {
                const float Step = 1f / 512;
                double difference = (LossAt(i, Step) - LossAt(i, -Step)) / (2 * Step);
                Assert.True(
                    double.Abs(difference - gradient[i]) < 0.004 + (0.03 * double.Abs(difference)),
                    $"{tensor.Name} {i - tensor.Offset}: {gradient[i]}, by differences {difference}");
            }
        }

        Assert.True(compared > 20);
        Assert.Contains(gradient, value => float.Abs(value) > 0.01f);

        double LossAt(int weight, float step)
        {
            float[] moved = [.. before];
            moved[weight] += step;
            network.PackWeights(moved);
            float[] outputs = new float[network.Plan.Output.Size];
            double sum = 0;
            for (int sample = 0; sample < spec.Samples; sample++)
            {
                pass.Forward([.. data.Train.Image(sample).ToArray().Select(pixel => pixel / 255f)]);
                pass.Outputs(outputs);
                sum += Definition(name, outputs, data.Train.Label(sample));
            }

            return sum / spec.Samples;
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public void Step_ofAnEnd_hasTheSameBitsOnAnyMachineAndLearns(string end, string? loss)
    {
        JobSpec spec = TinyJobs.Spec(Model(end), TinyJobs.Adam, samples: 103, batch: 30, shards: 7, steps: 40) with { Loss = loss };
        DataSource data = TinyJobs.Data(spec.Samples);
        string? expected = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (int threads in (int[])[1, 3])
            {
                using var pool = new ComputePool(threads);
                using var trainer = new LocalTrainer(spec, data, pool, kernels);
                double first = trainer.Step().Totals.LossSum, last = 0;
                for (int step = 1; step < 40; step++)
                {
                    StepTotals totals = trainer.Step().Totals;
                    last = totals.LossSum * 30 / totals.Samples;
                }

                Assert.True(last < first, $"{first} became {last}");
                Assert.Equal(expected ??= trainer.Digest(), trainer.Digest());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Ends))]
    public async Task Evaluate_ofAnEnd_countsWhatItsOutcomesSay(string end, string? loss)
    {
        JobSpec spec = TinyJobs.Spec(Model(end), TinyJobs.Adam, samples: 103, batch: 30, shards: 7) with { Loss = loss };
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        for (int step = 0; step < 20; step++) trainer.Step();
        (EvaluationResult result, SampleOutcome[] outcomes) = await trainer.Replica.EvaluateSamplesAsync();
        ConfusionMatrix matrix = new(4, outcomes);

        Assert.Equal((double)matrix.Correct / matrix.Samples, result.Accuracy);
        Assert.Equal(outcomes.Average(outcome => outcome.Loss), result.Loss, 1e-9);
        bool isOfNumbers = spec.Plan().OutputKind == OutputKind.Values;
        Assert.All(outcomes, outcome => Assert.Equal(isOfNumbers, outcome.AbsoluteError is not null));
        if (isOfNumbers && loss == "mean_absolute_error") Assert.Equal(result.Loss, outcomes.Average(outcome => outcome.AbsoluteError!.Value), 1e-9);
    }

    [Theory]
    [InlineData("""{"type": "dense", "units": 4, "activation": "sigmoid"}""", "binary_crossentropy",
        "loss is 'binary_crossentropy', the default of what the model ends in; leave it out")]
    [InlineData("""{"type": "dense", "units": 1}""", "categorical_crossentropy",
        "loss is 'categorical_crossentropy', but the model ends in numbers; give mean_squared_error or mean_absolute_error")]
    public void EnsureValid_aLossThatDoesNotFit_isRefused(string end, string loss, string expected) => Assert.Equal(
        expected, Assert.Throws<InvalidInputException>(() => JobSpecCheck.EnsureValid(TinyJobs.Spec(Model(end)) with { Loss = loss })).Message);

    [Fact]
    public void EnsureFits_oneSigmoidUnitAndFourClasses_isRefused()
    {
        JobSpec spec = TinyJobs.Spec(Model("""{"type": "dense", "units": 1, "activation": "sigmoid"}"""));
        Assert.Equal(
            "model 'ending' ends with 2 classes (one sigmoid unit) but data 'idx' has 4",
            Assert.Throws<InvalidInputException>(() => DataChecks.EnsureFits(spec, TinyJobs.Data(spec.Samples))).Message);
    }

    [Fact]
    public void ToJson_withoutALoss_doesNotNameIt()
    {
        JobSpec spec = TinyJobs.Spec(Model("""{"type": "dense", "units": 1}"""));
        Assert.DoesNotContain("\"loss\"", spec.ToJson(), StringComparison.Ordinal);
        JobSpec named = spec with { Loss = "mean_absolute_error" };
        Assert.Equal(named, JobSpec.Parse(named.ToJson()));
        Assert.Contains("\"loss\":\"mean_absolute_error\"", named.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"type": "dense", "units": 4, "activation": "softmax"}""", null, 1.3862943611198906)]
    [InlineData("""{"type": "dense", "units": 1, "activation": "sigmoid"}""", null, 0.69314718055994531)]
    [InlineData("""{"type": "dense", "units": 4, "activation": "sigmoid"}""", null, 0.56233514461880829)]
    [InlineData("""{"type": "dense", "units": 4, "activation": "sigmoid"}""", "mean_squared_error", 0.1875)]
    [InlineData("""{"type": "dense", "units": 4, "activation": "sigmoid"}""", "mean_absolute_error", 0.25)]
    [InlineData("""{"type": "dense", "units": 4}""", null, double.PositiveInfinity)]
    public void GuessingLoss_ofAnEnd_isThatOfTheBestConstant(string end, string? loss, double expected) =>
        Assert.Equal(expected, Divergence.GuessingLoss(TinyJobs.Spec(Model(end)) with { Loss = loss }), 1e-12);

    private static string Model(string end) => $$"""
        {"name": "ending", "input": [8, 8, 1], "layers": [
          {"type": "conv2d", "filters": 5, "kernel": 3, "activation": "elu"}, {"type": "avgpool2d"}, {"type": "flatten"}, {{end}}]}
        """;

    private static double Definition(string name, float[] y, int label)
    {
        double[] t = [.. y.Select((_, unit) => y.Length == 1 ? label : unit == label ? 1.0 : 0.0)];
        return name switch
        {
            LossFunction.CategoricalCrossentropy => -double.Log(y[label]),
            LossFunction.BinaryCrossentropy => -y.Zip(t, (v, w) => (w * double.Log(v)) + ((1 - w) * double.Log(1.0 - v))).Average(),
            LossFunction.MeanSquaredError => y.Zip(t, (v, w) => (v - w) * (v - w)).Average(),
            LossFunction.MeanAbsoluteError => y.Zip(t, (v, w) => double.Abs(v - w)).Average(),
            _ => throw new ArgumentException(name),
        };
    }
}
