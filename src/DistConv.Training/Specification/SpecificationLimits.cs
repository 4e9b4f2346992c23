using DistConv.Core.Reading;

namespace DistConv.Training.Specification;

/// <summary>
/// The bounds of every setting of a job, the same for the command line, programs and clusters. They are checked before anything is stored or allocated. Within
/// them no size overflows, and what a job allocates besides its model's memory (see <c>MemoryEstimate</c>) stays below a gigabyte. The model has
/// <see cref="ModelLimits"/>.
/// </summary>
public static class SpecificationLimits
{
    /// <summary>Training and validation samples together. Their permutation and the shards' orders take 8 bytes a sample.</summary>
    public const int MaxSamples = 100_000_000;

    /// <summary>Samples of one step over all shards.</summary>
    public const int MaxGlobalBatch = 1_000_000;

    /// <summary>Logical shards.</summary>
    public const int MaxShards = 65_536;

    /// <summary>Steps of a job; also the last step at which to stop, and the steps between two snapshots. File names and counters have room for nine
    /// digits.</summary>
    public const long MaxSteps = 999_999_999;

    /// <summary>Epochs, wherever a setting counts them.</summary>
    public const int MaxEpochs = 1_000_000;

    /// <summary>Seconds between two snapshots: a year.</summary>
    public const double MaxSnapshotSeconds = 366 * 86_400;

    /// <summary>Characters of a model's name.</summary>
    public const int MaxModelNameLength = ModelLimits.MaxNameLength;

    /// <summary>Characters of a data set's name with its options.</summary>
    public const int MaxDataNameLength = 1024;

    /// <summary>Characters of a data fingerprint.</summary>
    public const int MaxFingerprintLength = 256;

    /// <summary>Class weights of a job.</summary>
    public const int MaxClassWeights = 65_536;

    /// <summary>Characters of all class names together.</summary>
    public const int MaxClassNamesLength = 1 << 20;

    /// <summary>Characters of a specification's JSON: a model of <see cref="ModelLimits.MaxJsonBytes"/> inside a string, class names, and the rest.</summary>
    public const int MaxJsonLength = 8 << 20;
}
