namespace DistConv.Training.Snapshots;

/// <summary>One named tensor of a snapshot.</summary>
/// <param name="Name">Unique within the snapshot: "conv1/kernel", "conv1/bias", "conv1/kernel/firstMoment".</param>
/// <param name="Role"><see cref="Weight"/> or <see cref="Slot"/>.</param>
/// <param name="Shape">Its dimensions, each at least 1: <c>[kH, kW, inC, outC]</c> for a convolution, <c>[in, out]</c> for a dense layer, <c>[n]</c> for a
/// bias.</param>
/// <param name="Values">Row-major values, as many as the product of <paramref name="Shape"/>. Never written to by a snapshot.</param>
public sealed record SnapshotTensor(string Name, string Role, int[] Shape, ReadOnlyMemory<float> Values)
{
    /// <summary>Role of a trainable parameter.</summary>
    public const string Weight = "weight";

    /// <summary>Role of optimizer state: a moment, a running average.</summary>
    public const string Slot = "slot";

    /// <summary>Whether this is a convolution's kernel: a weight with four dimensions.</summary>
    public bool IsConvolutionKernel => Role == Weight && Shape.Length == 4;
}
