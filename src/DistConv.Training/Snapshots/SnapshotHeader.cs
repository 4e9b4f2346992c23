using System.Diagnostics.CodeAnalysis;

namespace DistConv.Training.Snapshots;

/// <summary>One row of a snapshot file's block table.</summary>
/// <param name="Name">The tensor's name.</param>
/// <param name="Role"><see cref="SnapshotTensor.Weight"/>, <see cref="SnapshotTensor.State"/> or <see cref="SnapshotTensor.Slot"/>.</param>
/// <param name="Shape">The tensor's dimensions.</param>
/// <param name="OffsetBytes">Where the block begins, counted from the beginning of the first block.</param>
/// <param name="LengthBytes">Its length: 4 × the product of <paramref name="Shape"/>.</param>
/// <param name="Sha256">SHA-256 of its bytes, in lower-case hexadecimal.</param>
public sealed record SnapshotBlock(string Name, string Role, int[] Shape, long OffsetBytes, long LengthBytes, string Sha256);

/// <summary>A snapshot file without its tensors: description and block table.</summary>
public sealed class SnapshotHeader : SnapshotInfo
{
    /// <summary>An empty header, for object initialisers.</summary>
    public SnapshotHeader()
    {
    }

    /// <summary>The header of a snapshot.</summary>
    /// <param name="info">The description.</param>
    /// <param name="blocks">See <see cref="Blocks"/>.</param>
    [SetsRequiredMembers]
    public SnapshotHeader(SnapshotInfo info, IReadOnlyList<SnapshotBlock> blocks)
        : base(info)
    {
        Blocks = blocks;
    }

    /// <summary>The tensors, in the order of the file, one directly after the other.</summary>
    public required IReadOnlyList<SnapshotBlock> Blocks { get; init; }
}
