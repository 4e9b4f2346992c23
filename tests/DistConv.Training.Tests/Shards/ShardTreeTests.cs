using CsCheck;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Training.Tests.Shards;

public class ShardTreeTests
{
    [Fact]
    public void Render_up_to_nine_shards_shows_the_tree()
    {
        string[] expected =
        [
            "0",
            "(0+1)",
            "((0+1)+2)",
            "((0+1)+(2+3))",
            "(((0+1)+(2+3))+4)",
            "(((0+1)+(2+3))+(4+5))",
            "(((0+1)+(2+3))+((4+5)+6))",
            "(((0+1)+(2+3))+((4+5)+(6+7)))",
            "((((0+1)+(2+3))+((4+5)+(6+7)))+8)",
        ];

        Assert.Equal(expected, Enumerable.Range(1, 9).Select(ShardTree.Render));
    }

    [Theory]
    [InlineData("0", 8, "0")]
    [InlineData("0 1 2 3 4 5 6 7", 8, "0-7")]
    [InlineData("7 6 5 4", 8, "4-7")]
    [InlineData("1 2 3 4", 8, "1 2-3 4")]
    [InlineData("0 1 2", 3, "0-2")]
    [InlineData("4 5 6", 7, "4-6")]
    [InlineData("0 2 4 6", 8, "0 2 4 6")]
    [InlineData("8 8 0 1", 9, "0-1 8")]
    [InlineData("", 4, "")]
    public void MaximalSubtrees_of_held_shards_are_the_largest_complete_nodes(string held, int shards, string expected)
    {
        IEnumerable<int> shardsHeld = held.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse);

        Assert.Equal(expected, string.Join(' ', ShardTree.MaximalSubtrees(shardsHeld, shards)));
    }

    [Fact]
    public void MaximalSubtrees_any_set_covers_it_exactly() =>
        Gen.Int[1, 40].SelectMany(shards => Gen.Bool.Array[shards]).Sample(isHeld =>
        {
            int[] held = [.. Enumerable.Range(0, isHeld.Length).Where(shard => isHeld[shard])];

            IReadOnlyList<ShardNode> nodes = ShardTree.MaximalSubtrees(held, isHeld.Length);

            Assert.Equal(held, nodes.SelectMany(node => Enumerable.Range(node.Lo, node.Width)));
        });

    // The promise: however shards are spread over silos, and whichever are absent, the sum has the same bits.
    [Fact]
    public void TryCombine_any_spread_over_silos_gives_the_same_bits() =>
        Gen.Int[1, 20].SelectMany(shards => Gen.Select(Gen.Float[-1e3f, 1e3f].Array[shards], Gen.Bool.Array[shards], Gen.Int[0, 3].Array[shards]))
            .Sample((values, isPresent, siloOf) =>
            {
                ShardNode root = ShardTree.Root(values.Length);
                bool any = ShardTree.TryCombine(root, Leaf, Add, out float expected);

                Dictionary<ShardNode, float> sent = [];
                for (int silo = 0; silo < 4; silo++)
                {
                    IEnumerable<int> held = Enumerable.Range(0, values.Length).Where(shard => siloOf[shard] == silo);
                    foreach (ShardNode node in ShardTree.MaximalSubtrees(held, values.Length))
                    {
                        if (ShardTree.TryCombine(node, Leaf, Add, out float value))
                            sent.Add(node, value);
                    }
                }

                bool anySent = ShardTree.TryCombine(root, node => (sent.TryGetValue(node, out float value), value), Add, out float actual);

                Assert.Equal(any, anySent);
                Assert.Equal(BitConverter.SingleToInt32Bits(expected), BitConverter.SingleToInt32Bits(actual));

                (bool Present, float Value) Leaf(ShardNode node) => node.IsLeaf && isPresent[node.Lo] ? (true, values[node.Lo]) : default;
            });

    [Fact]
    public void TryCombine_all_present_adds_left_to_right_as_rendered()
    {
        bool any = ShardTree.TryCombine(ShardTree.Root(7), node => (node.IsLeaf, $"{node}"), (left, right) => $"({left}+{right})", out string? text);

        Assert.True(any);
        Assert.Equal(ShardTree.Render(7), text);
    }

    [Fact]
    public void TryCombine_one_present_child_is_taken_as_it_is()
    {
        bool any = ShardTree.TryCombine(ShardTree.Root(4), node => (node == new ShardNode(2, 3), -0f), Add, out float sum);

        Assert.True(any);
        Assert.True(float.IsNegative(sum));
    }

    [Fact]
    public void TryCombine_nothing_present_is_absent() => Assert.False(ShardTree.TryCombine(ShardTree.Root(5), _ => (false, 1f), Add, out _));

    [Fact]
    public void TryCombine_below_a_known_node_asks_nothing()
    {
        List<ShardNode> asked = [];

        ShardTree.TryCombine(ShardTree.Root(4), node => { asked.Add(node); return (node.Width == 2, 1f); }, Add, out float sum);

        Assert.Equal([new(0, 4), new(0, 2), new(2, 4)], asked);
        Assert.Equal(2f, sum);
    }

    [Fact]
    public void Tree_wrong_arguments_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ShardTree.Root(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShardTree.MaximalSubtrees([4], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => ShardTree.MaximalSubtrees([-1], 4));
        Assert.Throws<InvalidOperationException>(() => new ShardNode(3, 4).Left);
    }

    private static float Add(float left, float right) => left + right;
}
