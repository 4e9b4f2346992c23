using CsCheck;
using DistConv.Grains.Workers;
using DistConv.Training.Shards;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class ShardAssignmentTests
{
    [Fact]
    public void Blocks_any_numbers_cover_all_shards_in_order()
    {
        Gen.Select(Gen.Int[1, 64], Gen.Int[1, 9]).Sample((shards, silos) =>
        {
            int[][] blocks = ShardAssignment.Blocks(shards, silos);
            return blocks.Length == silos
                && blocks.SelectMany(block => block).SequenceEqual(Enumerable.Range(0, shards))
                && blocks.Max(block => block.Length) - blocks.Min(block => block.Length) <= 1;
        });
    }

    [Theory]
    [InlineData(8, 1)]
    [InlineData(8, 2)]
    [InlineData(8, 8)]
    [InlineData(16, 4)]
    [InlineData(3, 3)]
    public void Blocks_silos_times_a_power_of_two_are_one_subtree_each(int shards, int silos)
    {
        Assert.All(ShardAssignment.Blocks(shards, silos), block => Assert.Single(ShardTree.MaximalSubtrees(block, shards)));
    }
}
