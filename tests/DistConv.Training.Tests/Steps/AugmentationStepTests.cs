using DistConv.Core;
using DistConv.Core.Augmentations;
using DistConv.Core.Kernels;
using DistConv.Core.Threading;
using DistConv.Training.Data;
using DistConv.Training.Loop;
using DistConv.Training.Specification;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Steps whose samples are varied by the job's list.</summary>
public class AugmentationStepTests
{
    private static readonly JobSpec _plain = TinyJobs.Spec(TinyJobs.Tiny, new OptimizerSpec("sgd", 0.1f), samples: 103, batch: 30, shards: 7);

    public static TheoryData<string> Lists =>
    [
        "flip", "vflip", "shift:0.2", "rotate:30", "zoom:0.3", "crop:2", "contrast:0.5", "brightness:0.3", "erase:0.5", "mixup:0.4", "cutmix:1",
        "flip,shift:0.1,crop:1,erase:0.5,mixup:0.2", "vflip,contrast:0.2,rotate:10,zoom:0.1,flip,mixup:0.2,cutmix:1",
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public void Step_augmented_hasTheSameBitsOnAnyMachine(string list)
    {
        JobSpec spec = Augmented(list) with { LabelSmoothing = 0.1f, ClassWeights = [2f, 0.5f, 1f, 3f] };
        string? expected = null;
        foreach (KernelSet kernels in KernelSets.Supported)
        {
            foreach (int threads in (int[])[1, 2, 3]) Assert.Equal(expected ??= Digest(spec, kernels, threads), Digest(spec, kernels, threads));
        }

        Assert.NotEqual(Digest(spec with { Augmentation = null }, KernelSets.Supported[^1], 2), expected);
        Assert.NotEqual(Digest(spec with { Seed = spec.Seed + 1 }, KernelSets.Supported[^1], 2), expected);
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task Evaluate_augmented_seesHeldOutSamplesAsTheyAre(string list)
    {
        using var pool = new ComputePool(2);
        DataSource data = TinyJobs.Data(_plain.Samples);
        using var plain = new LocalTrainer(_plain, data, pool, KernelSets.Supported[^1]);
        using var varied = new LocalTrainer(Augmented(list), data, pool, KernelSets.Supported[^1]);
        Assert.Equal(plain.Digest(), varied.Digest());
        Assert.Equal(await plain.Replica.EvaluateAsync(), await varied.Replica.EvaluateAsync());
    }

    /// <summary>A replica that gets the state of another in the middle of an epoch varies and mixes the next samples in the same way.</summary>
    [Fact]
    public void Restore_augmented_goesOnWithTheSameBits()
    {
        JobSpec spec = _plain.Varied();
        using var pool = new ComputePool(2);
        using var first = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[^1]);
        using var second = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, KernelSets.Supported[0]);
        for (int step = 0; step < 6; step++) first.Step();
        second.Step();
        second.Replica.Restore(first.Replica.Capture(default, [], DateTimeOffset.UnixEpoch));
        for (int step = 0; step < 5; step++) Assert.Equal(first.Step().Totals, second.Step().Totals);
        Assert.Equal(first.Digest(), second.Digest());
    }

    [Fact]
    public void ToJson_augmentation_isWrittenShortAndReadAgain()
    {
        JobSpec spec = Augmented("flip,shift:0.1,mixup:0.2");
        Assert.Contains("\"augmentation\":[{\"name\":\"flip\"},{\"name\":\"shift\",\"amount\":0.1},{\"name\":\"mixup\",\"amount\":0.2}],", spec.ToJson(),
            StringComparison.Ordinal);
        Assert.Equal(spec, JobSpec.Parse(spec.ToJson()));
        Assert.DoesNotContain("augmentation", _plain.ToJson(), StringComparison.Ordinal);
        Assert.Equal("augmentation", Assert.Single(JobSpecCheck.FindProblems(Augmented("flip,crop:8"))).Setting);
        Assert.Throws<InvalidInputException>(() => JobSpec.Parse(spec.ToJson().Replace("\"amount\":0.1", "\"amounts\":0.1", StringComparison.Ordinal)));
    }

    private static JobSpec Augmented(string list) => _plain with
    {
        Augmentation = [.. list.Split(',').Select(entry => entry.Split(':')).Select(
            words => new AugmentationSpec(words[0], words.Length > 1 ? double.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture) : 0))],
    };

    private static string Digest(JobSpec spec, KernelSet kernels, int threads)
    {
        Assert.Empty(JobSpecCheck.FindProblems(spec));
        using var pool = new ComputePool(threads);
        using var trainer = new LocalTrainer(spec, TinyJobs.Data(spec.Samples), pool, kernels);
        for (int step = 0; step < 5; step++) trainer.Step();
        return trainer.Digest();
    }
}
