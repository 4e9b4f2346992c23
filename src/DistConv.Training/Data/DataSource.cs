namespace DistConv.Training.Data;

/// <summary>A data set as a job sees it: two splits and the fingerprint by which machines prove that they hold the same samples.</summary>
/// <param name="Name">The name in a job specification: "digits", "mnist", "fashion-mnist", "cifar10", "idx".</param>
/// <param name="Train">The training split.</param>
/// <param name="Test">The held-out split.</param>
/// <param name="Fingerprint">For files: "sha256:" over the content of both splits (images, labels); for <c>digits</c>: its generator version, seed and counts.</param>
public sealed record DataSource(string Name, IDataset Train, IDataset Test, string Fingerprint);
