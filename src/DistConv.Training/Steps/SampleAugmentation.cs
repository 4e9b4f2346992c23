using DistConv.Core.Augmentations;
using DistConv.Core.Shapes;
using DistConv.Training.Shards;
using DistConv.Training.Specification;

namespace DistConv.Training.Steps;

/// <summary>How a job varies its training samples: each by itself as it is loaded, then those of a shard are mixed with each other.</summary>
internal sealed class SampleAugmentation
{
    private readonly ShardPlan _plan;

    private SampleAugmentation(IReadOnlyList<AugmentationSpec> list, ShardPlan plan, TensorShape input, ulong seed)
    {
        _plan = plan;
        Pictures = new PictureAugmenter(list, input, seed);
        Mixer = SampleMixer.Of(list, input, seed);
    }

    /// <summary>What varies a sample by itself.</summary>
    public PictureAugmenter Pictures { get; }

    /// <summary>What mixes samples; null: nothing does.</summary>
    public SampleMixer? Mixer { get; }

    /// <summary>The augmentation of a job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="plan">Its shards.</param>
    /// <param name="input">What its model takes.</param>
    /// <returns>Null if it has none.</returns>
    public static SampleAugmentation? Of(JobSpec spec, ShardPlan plan, TensorShape input) =>
        spec.Augmentation is { } list ? new SampleAugmentation(list, plan, input, spec.Seed) : null;

    /// <summary>The epoch of a step, by which samples draw.</summary>
    public uint EpochOf(uint step) => (uint)_plan.LocateStep(step).Epoch;
}
