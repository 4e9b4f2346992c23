namespace DistConv.Core.Numerics;

/// <summary>
/// What random numbers are for: the top byte of the fourth counter word, so that two purposes never share a number. The values are part of the numerics:
/// changing one changes the bits of every run.
/// </summary>
public enum RandomPurpose : byte
{
    /// <summary>No purpose: not a valid choice.</summary>
    None = 0,

    /// <summary>Initial values of weights; index = element, layer = the layer's position.</summary>
    Initialization = 1,

    /// <summary>The permutation that deals samples to shards; index = position.</summary>
    Permutation = 2,

    /// <summary>The order of a shard's samples in an epoch; index = position, sample = shard, step = epoch.</summary>
    EpochOrder = 3,

    /// <summary>Dropout masks; index = element, sample = sample, step = step, layer = layer.</summary>
    Dropout = 4,

    /// <summary>The drawn data set "digits".</summary>
    Digits = 5,

    /// <summary>Augmentation of training samples.</summary>
    Augmentation = 6,

    /// <summary>The noise from which a filter's favourite picture is grown; index = element, layer = layer, sample = filter. It reaches no weight.</summary>
    ActivationMaximization = 7,

    /// <summary>Normal noise of layers in training; index = element, sample = sample, step = step, layer = layer.</summary>
    Noise = 8,

    /// <summary>What a job's list of augmentations draws for a sample; index = word, sample = sample, step = epoch, layer = place in the list.</summary>
    SampleVariation = 9,

    /// <summary>How samples of a shard are mixed; index = word, sample = shard, step = step, layer = 0 for who is mixed with whom, 1 + place in the list for
    /// what the entry draws.</summary>
    SampleMixing = 10,
}
