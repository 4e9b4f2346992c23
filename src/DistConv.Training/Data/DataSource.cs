namespace DistConv.Training.Data;

/// <summary>A data set as a job sees it: two splits and the fingerprint by which machines prove that they hold the same samples.</summary>
/// <param name="Name">The name in a job specification: "digits", "mnist", "fashion-mnist", "cifar10", "idx", or one of an <see cref="IDataOpener"/>.</param>
/// <param name="Train">The training split.</param>
/// <param name="Test">The held-out split.</param>
/// <param name="Fingerprint">For files: "sha256:" over the content of both splits (images, labels); for <c>digits</c>: its generator version, seed and
/// counts.</param>
public sealed record DataSource(string Name, IDataset Train, IDataset Test, string Fingerprint)
{
    /// <summary>What the classes are called, in order; null: by their numbers.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>How many samples of <see cref="Train"/>, the last ones, are for validation and not to be trained on. Default: none.</summary>
    public int ValidationCount { get; init; }
}
