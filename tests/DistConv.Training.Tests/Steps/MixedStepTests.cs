using DistConv.Core.Kernels;
using DistConv.Core.Networks;
using DistConv.Core.Numerics;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Specification;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Samples that are mixed with others of their shard, and losses of two labels.</summary>
public class MixedStepTests
{
    private const int Rows = 15, Step = 4;

    private static readonly JobSpec _plain = TinyJobs.Spec(TinyJobs.Plain, TinyJobs.Sgd, samples: 103, batch: Rows, shards: 1);

    public static TheoryData<bool> Cuts => [false, true];

    /// <summary>A step of one shard by hand: a mixed sample has the losses of both labels, each with its smoothing and class weight.</summary>
    [Theory]
    [MemberData(nameof(Cuts))]
    public void Step_mixed_hasTheLossOfBothLabels(bool isCut)
    {
        JobSpec spec = _plain with
        {
            Augmentation = [new("flip"), new(isCut ? "cutmix" : "mixup", 1)],
            LabelSmoothing = 0.1f,
            ClassWeights = [2f, 0.5f, 1f, 3f],
        };
        DataSource data = TinyJobs.Data(spec.Samples);
        using var pool = new ComputePool(2);
        using var trainer = new LocalTrainer(spec, data, pool, KernelSets.Supported[^1]);
        for (int i = 0; i < Step; i++) trainer.Step();
        Assert.Equal(0, trainer.Replica.Plan.LocateStep(Step).Epoch);

        int[] samples = [.. Enumerable.Range(0, Rows).Select(place => TinyJobs.SampleAt(spec, Step, 0, place))], partners = Partners(spec);
        RandomField field = new(spec.Seed, RandomPurpose.SampleMixing, 2);
        double share = BetaDistribution.Symmetric(1, field, 4, 0, Step), left = share;
        (int top, int bottom, int first, int last) = (0, 0, 0, 0);
        if (isCut)
        {
            (top, bottom) = Cut(field.UInt32(1, 0, Step), share);
            (first, last) = Cut(field.UInt32(2, 0, Step), share);
            left = 1 - ((bottom - top) * (last - first) / 64.0);
        }

        float[][] pictures = [.. samples.Select(sample => Picture(spec, data.Train, sample))];
        LossFunction loss = LossFunction.Create(null, spec.Plan(), 4, new LossOptions(0.1f, spec.ClassWeights));
        using Network network = new(spec.ReadModel(), KernelSets.Supported[^1], 1);
        using SamplePass pass = new(network);
        network.PackWeights(trainer.Replica.Weights);
        double expected = 0;
        int correct = 0;
        for (int row = 0; row < Rows; row++)
        {
            int partner = partners[row];
            float[] mixed = [.. pictures[row].Select((value, i) => partner == row ? value
                : !isCut ? (float)((share * value) + ((1 - share) * pictures[partner][i]))
                : i / 8 >= top && i / 8 < bottom && i % 8 >= first && i % 8 < last ? pictures[partner][i] : value)];
            pass.Forward(mixed);
            (double own, bool isOwn) = Of(loss, pass.Logits, data.Train.Label(samples[row]));
            (double other, bool isOther) = Of(loss, pass.Logits, data.Train.Label(samples[partner]));
            expected += partner == row ? own : (left * own) + ((1 - left) * other);
            if (partner == row || left >= 0.5 ? isOwn : isOther) correct++;
        }

        StepTotals totals = trainer.Step().Totals;
        Assert.Equal(Rows, totals.Samples);
        Assert.Equal(expected, totals.LossSum, 1e-4);
        Assert.Equal(correct, totals.Correct);
        Assert.Equal(Rows, trainer.Replica.StepCoverage.Count);
    }

    /// <summary>The gradient is that of the loss: a small step along it takes the loss of the same mixed samples down by rate · ‖g‖².</summary>
    [Theory]
    [MemberData(nameof(Cuts))]
    public void Step_mixed_goesAlongTheGradientOfItsLoss(bool isCut)
    {
        const float Rate = 1e-3f;
        JobSpec spec = _plain with
        {
            Augmentation = [new(isCut ? "cutmix" : "mixup", 1)],
            Optimizer = new OptimizerSpec("sgd", Rate),
            ClassWeights = [2f, 0.5f, 1f, 3f],
        };
        using var pool = new ComputePool(1);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        float[] before = trainer.Replica.Weights.ToArray();
        double loss = trainer.Step().Totals.LossSum / Rows;
        double squares = before.Zip(trainer.Replica.Weights.ToArray()).Sum(pair => Math.Pow((pair.First - pair.Second) / Rate, 2));

        using var again = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        trainer.Replica.Weights.CopyTo(again.Replica.WritableWeights());
        double after = again.Step().Totals.LossSum / Rows;
        Assert.Equal(1, (loss - after) / (Rate * squares), 0.05);
    }

    [Fact]
    public void Draw_bothMixes_takesEachForHalfOfTheSteps()
    {
        SampleMixer mixer = SampleMixer.Of([new("mixup", 0.2), new("cutmix", 1)], new(8, 8, 1), 5)!;
        int cuts = Enumerable.Range(0, 2000).Count(step => mixer.Draw(step % 3, (uint)step).Window is not null);
        Assert.InRange(cuts, 900, 1100);
    }

    private static int[] Partners(JobSpec spec)
    {
        int[] partners = [.. Enumerable.Range(0, Rows)];
        SamplePermutation.Shuffle(partners, new RandomField(spec.Seed, RandomPurpose.SampleMixing), 0, Step);
        return partners;
    }

    private static (int Start, int End) Cut(uint word, double share)
    {
        int length = (int)(Math.Sqrt(1 - share) * 8), centre = (int)((ulong)word * 8 >> 32), start = centre - (length / 2);
        return (Math.Max(0, start), Math.Min(8, start + length));
    }

    private static float[] Picture(JobSpec spec, IDataset data, int sample)
    {
        float[] picture = new float[64];
        PixelValues.Fill(data.Image(sample), picture);
        bool isMirrored = new RandomField(spec.Seed, RandomPurpose.SampleVariation).UInt32(0, (uint)sample) < 1u << 31;
        return isMirrored ? [.. picture.Select((_, i) => picture[(i / 8 * 8) + 7 - (i % 8)])] : picture;
    }

    private static unsafe (double Loss, bool Correct) Of(LossFunction loss, ReadOnlySpan<float> logits, int label)
    {
        float[] values = logits.ToArray(), scratch = new float[4];
        fixed (float* x = values, s = scratch) return loss.Of(x, label, s, null);
    }
}
