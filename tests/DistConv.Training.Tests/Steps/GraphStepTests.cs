using DistConv.Core.Kernels;
using DistConv.Core.Layers;
using DistConv.Core.Layers.ActivityRegularization;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Steps of models whose layers branch, of activations, and of penalties on what layers give.</summary>
public class GraphStepTests
{
    [Theory]
    [InlineData(TinyJobs.Branched)]
    [InlineData(TinyJobs.Merged)]
    [InlineData(TinyJobs.Reshaped)]
    [InlineData(TinyJobs.Active)]
    [InlineData(TinyJobs.Penalized)]
    public void Step_ofAModel_movesEachWeightAgainstTheDifferenceOfTheLoss(string text)
    {
        // Without dropout, so that a pass in use computes the same function.
        string model = text.Replace("\"rate\": 0.25", "\"rate\": 0", StringComparison.Ordinal);
        JobSpec spec = TinyJobs.Spec(model, new OptimizerSpec("sgd", 1f), samples: 24, batch: 24, shards: 3);
        DataSource data = TinyJobs.Data(spec.Samples);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);
        float[] before = trainer.Replica.Weights.ToArray();
        StepOutcome outcome = trainer.Step();
        float[] gradient = [.. before.Zip(trainer.Replica.Weights.ToArray(), (old, updated) => old - updated)];
        using Network network = new(ModelSpec.Parse(model, "m"), KernelSets.Supported[^1], spec.Seed);
        using SamplePass pass = new(network);
        Assert.Equal(LossAt(0, 0), outcome.Totals.LossSum / spec.Samples, 1e-4);
        int compared = 0;
        foreach (ParameterTensor tensor in network.Parameters)
        {
            for (int i = tensor.Offset; i < tensor.Offset + tensor.Length; i += 1 + (tensor.Length / 12), compared++)
            {
                const float Step = 1f / 1024;
                double difference = (LossAt(i, Step) - LossAt(i, -Step)) / (2 * Step);
                Assert.True(
                    double.Abs(difference - gradient[i]) < 0.003 + (0.03 * double.Abs(difference)),
                    $"{tensor.Name} {i - tensor.Offset}: {gradient[i]}, by differences {difference}");
            }
        }

        Assert.True(compared > 60);

        double LossAt(int weight, float step)
        {
            float[] moved = [.. before];
            moved[weight] += step;
            network.PackWeights(moved);
            double sum = 0;
            float[] probabilities = new float[network.Plan.Classes];
            for (int sample = 0; sample < spec.Samples; sample++)
            {
                pass.Forward([.. data.Train.Image(sample).ToArray().Select(pixel => pixel / 255f)]);
                pass.Outputs(probabilities);
                sum -= double.Log(probabilities[data.Train.Label(sample)]);
                for (int layer = 0; layer < network.Layers.Count; layer++)
                {
                    if (network.Plan.Layers[layer].Layer is not ActivityRegularizationSpec penalty) continue;
                    float[] values = pass.Output(layer).ToArray();
                    sum += values.Sum(value => (penalty.L1 * Math.Abs(value)) + (penalty.L2 * value * value));
                }
            }

            return sum / spec.Samples;
        }
    }

    /// <summary>Any number of threads and any kernel set.</summary>
    [Theory]
    [InlineData(TinyJobs.Branched)]
    [InlineData(TinyJobs.Merged)]
    [InlineData(TinyJobs.Reshaped)]
    [InlineData(TinyJobs.Noisy)]
    [InlineData(TinyJobs.Augmented)]
    [InlineData(TinyJobs.Active)]
    [InlineData(TinyJobs.Penalized)]
    public void Step_ofAModel_hasTheSameBitsOnAnyMachine(string model)
    {
        JobSpec spec = TinyJobs.Spec(model, TinyJobs.Adam, samples: 103, batch: 30, shards: 7);
        AnyMachine.AssertSameBits(spec);
    }
}
