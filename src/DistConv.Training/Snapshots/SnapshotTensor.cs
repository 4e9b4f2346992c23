namespace DistConv.Training.Snapshots;

/// <summary>One named tensor of a snapshot.</summary>
/// <param name="Name">Unique within the snapshot: "conv1/kernel", "conv1/bias", "conv1/kernel/firstMoment".</param>
/// <param name="Role"><see cref="Weight"/>, <see cref="State"/> or <see cref="Slot"/>.</param>
/// <param name="Shape">Its dimensions, each at least 1: <c>[kH, kW, inC, outC]</c> for a convolution, <c>[in, out]</c> for a dense layer, <c>[n]</c> for a
/// bias.</param>
/// <param name="Values">Row-major values, as many as the product of <paramref name="Shape"/>. Never written to by a snapshot.</param>
public sealed record SnapshotTensor(string Name, string Role, int[] Shape, ReadOnlyMemory<float> Values)
{
    /// <summary>Role of a trainable parameter.</summary>
    public const string Weight = "weight";

    /// <summary>Role of a layer's state, which no gradient reaches: a moving average, or what a frozen layer has.</summary>
    public const string State = "state";

    /// <summary>Role of optimizer state: a moment, a running average.</summary>
    public const string Slot = "slot";

    /// <summary>Whether a snapshot may have tensors of a role.</summary>
    /// <param name="role">The role.</param>
    /// <returns>Whether it is one of the three.</returns>
    internal static bool IsRole(string role) => role is Weight or State or Slot;

    /// <summary>Whether it belongs to the network, and not to the optimizer: it is part of the digest, and needed to use the network.</summary>
    public bool IsOfNetwork => Role is Weight or State;

    /// <summary>Whether this is a convolution's kernel: a weight with four dimensions, trained or frozen.</summary>
    public bool IsConvolutionKernel => IsOfNetwork && Shape.Length == 4;
}
