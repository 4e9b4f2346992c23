using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using DistConv.Training.Specification;

namespace DistConv.Training.Snapshots;

/// <summary>The whole state of a job after a step: training that goes on from it gives the bits of a run that was never interrupted.</summary>
public sealed class Snapshot : SnapshotInfo
{

    /// <summary>An empty snapshot, for object initialisers.</summary>
    public Snapshot()
    {
    }

    /// <summary>A snapshot with the description of another and other tensors.</summary>
    /// <param name="info">The description.</param>
    /// <param name="tensors">See <see cref="Tensors"/>.</param>
    [SetsRequiredMembers]
    public Snapshot(SnapshotInfo info, IReadOnlyList<SnapshotTensor> tensors)
        : base(info)
    {
        Tensors = tensors;
    }

    /// <summary>Weights in layer order (kernel, then bias), the state of layers in layer order, and the optimizer's slots. Names are unique.</summary>
    public required IReadOnlyList<SnapshotTensor> Tensors { get; init; }

    /// <summary>
    /// The digest by which runs are compared: "sha256:" and, in lower-case hexadecimal, SHA-256 over all weight tensors, then the state of layers, as
    /// little-endian float32, in the order of <see cref="Tensors"/>. Names, shapes and optimizer slots are not part of it.
    /// </summary>
    /// <returns>"sha256:…", 71 characters.</returns>
    public string WeightsDigest()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (SnapshotTensor tensor in Tensors)
        {
            if (tensor.IsOfNetwork)
            {
                hash.AppendData(LittleEndianFloats.Bytes(tensor.Values.Span));
            }
        }

        return Sha256Digest.Prefix + Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The digest that a snapshot of these weights has.</summary>
    /// <param name="weights">All weights, in the order of <see cref="Tensors"/>.</param>
    /// <returns>See <see cref="WeightsDigest"/>.</returns>
    public static string DigestOf(ReadOnlySpan<float> weights) =>
        Sha256Digest.Prefix + Convert.ToHexStringLower(SHA256.HashData(LittleEndianFloats.Bytes(weights)));

    /// <summary>The convolution kernels alone, for animations.</summary>
    /// <returns>A snapshot of <see cref="SnapshotContent.Kernels"/>, or null when the model has no convolution.</returns>
    public Snapshot? KernelsOnly()
    {
        SnapshotTensor[] kernels = [.. Tensors.Where(tensor => tensor.IsConvolutionKernel)];
        return kernels.Length == 0 ? null : new Snapshot(this, kernels) { Content = SnapshotContent.Kernels };
    }
}
