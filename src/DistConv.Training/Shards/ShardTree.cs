using System.Text;

namespace DistConv.Training.Shards;

/// <summary>
/// The one binary tree over the shards [0, V) along which gradients, losses and counts are added, so that a sum has the same bits however shards are spread
/// over silos. A node is left + right; with one present child it equals that child (adding +0 would change −0).
/// </summary>
public static class ShardTree
{
    /// <summary>The node of all shards.</summary>
    /// <param name="shards">V, at least 1.</param>
    /// <returns>The node [0, V).</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no shard.</exception>
    public static ShardNode Root(int shards)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shards, 1);
        return new ShardNode(0, shards);
    }

    /// <summary>
    /// The largest nodes all of whose shards are held: what a silo adds up by itself and sends. Together they cover exactly the held shards.
    /// </summary>
    /// <param name="held">The shards held, in any order; repetitions count once.</param>
    /// <param name="shards">V, at least 1.</param>
    /// <returns>Disjoint nodes, ascending.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no shard, or a held shard is not in [0, V).</exception>
    public static IReadOnlyList<ShardNode> MaximalSubtrees(IEnumerable<int> held, int shards)
    {
        ArgumentNullException.ThrowIfNull(held);
        ShardNode root = Root(shards);
        bool[] isHeld = new bool[shards];
        foreach (int shard in held)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(shard, nameof(held));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(shard, shards, nameof(held));
            isHeld[shard] = true;
        }

        List<ShardNode> nodes = [];
        Collect(root, isHeld, nodes);
        return nodes;
    }

    /// <summary>
    /// The value of a node from values known at some nodes below it (or at itself): a known value is taken as it is, otherwise left + right; a node with one
    /// present child equals that child, a node with none is absent.
    /// </summary>
    /// <typeparam name="T">Anything that can be added.</typeparam>
    /// <param name="root">The node wanted.</param>
    /// <param name="known">
    /// Whether a node's own value is at hand, and the value. It must be the whole value: that of every present shard below the node. Not asked below a
    /// known node.
    /// </param>
    /// <param name="add">left + right. It may reuse its arguments.</param>
    /// <param name="total">The value, or default when the node is absent.</param>
    /// <returns>Whether anything was present.</returns>
    public static bool TryCombine<T>(ShardNode root, Func<ShardNode, (bool Present, T Value)> known, Func<T, T, T> add, out T? total)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentNullException.ThrowIfNull(add);
        (bool present, T value) = known(root);
        if (present || root.IsLeaf)
        {
            total = present ? value : default;
            return present;
        }

        bool hasLeft = TryCombine(root.Left, known, add, out T? left);
        bool hasRight = TryCombine(root.Right, known, add, out T? right);
        total = hasLeft && hasRight ? add(left!, right!) : hasLeft ? left : right;
        return hasLeft || hasRight;
    }

    /// <summary>The tree as a sum with parentheses, such as "((0+1)+2)".</summary>
    /// <param name="shards">V, at least 1.</param>
    /// <returns>One line.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no shard.</exception>
    public static string Render(int shards)
    {
        StringBuilder text = new();
        Render(Root(shards), text);
        return text.ToString();
    }

    private static void Collect(ShardNode node, bool[] isHeld, List<ShardNode> nodes)
    {
        if (!isHeld.AsSpan(node.Lo, node.Width).Contains(false))
            nodes.Add(node);
        else if (!node.IsLeaf)
        {
            Collect(node.Left, isHeld, nodes);
            Collect(node.Right, isHeld, nodes);
        }
    }

    private static void Render(ShardNode node, StringBuilder text)
    {
        if (node.IsLeaf)
        {
            text.Append(node.Lo);
            return;
        }

        text.Append('(');
        Render(node.Left, text);
        text.Append('+');
        Render(node.Right, text);
        text.Append(')');
    }
}
