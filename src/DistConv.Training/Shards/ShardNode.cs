using System.Numerics;

namespace DistConv.Training.Shards;

/// <summary>A node of the <see cref="ShardTree"/>: the shards [Lo, Hi).</summary>
/// <param name="Lo">The first shard.</param>
/// <param name="Hi">The shard after the last.</param>
public readonly record struct ShardNode(int Lo, int Hi)
{
    /// <summary>Number of shards below the node.</summary>
    public int Width => Hi - Lo;

    /// <summary>Whether the node is one shard.</summary>
    public bool IsLeaf => Width == 1;

    /// <summary>The left child: as many shards as the largest power of two below (strictly less than) the width.</summary>
    /// <exception cref="InvalidOperationException">The node is a leaf or empty.</exception>
    public ShardNode Left => new(Lo, Split);

    /// <summary>The right child: the rest.</summary>
    /// <exception cref="InvalidOperationException">The node is a leaf or empty.</exception>
    public ShardNode Right => new(Split, Hi);

    private int Split => Width > 1
        ? Lo + (1 << BitOperations.Log2((uint)(Width - 1)))
        : throw new InvalidOperationException($"The node {this} has no children.");

    /// <inheritdoc/>
    public override string ToString() => IsLeaf ? $"{Lo}" : $"{Lo}-{Hi - 1}";
}
