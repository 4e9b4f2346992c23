using DistConv.Core;
using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Grains.Tests;

public sealed class SiloMemoryTests : IDisposable
{
    private const long Limit = 100L << 20;

    private readonly TinyJob _job = new();

    public void Dispose() => _job.Dispose();

    [Fact]
    public void EnsureFits_exchangedGradients_areCounted()
    {
        long own = MemoryEstimate.Bytes(_job.Spec, threads: 1), gradient = sizeof(float) * _job.Spec.Plan().Parameters;
        SiloMemory.EnsureFits(_job.Spec, 1, gradientBlocks: 0, Limit, own);
        SiloMemory.EnsureFits(_job.Spec, 1, gradientBlocks: 3, Limit, own + (3 * gradient));

        InvalidInputException e = Assert.Throws<InvalidInputException>(
            () => SiloMemory.EnsureFits(_job.Spec, 1, gradientBlocks: 3, Limit, own + (3 * gradient) - 1));

        Assert.Contains("MB left of 100: give it more memory", e.Message, StringComparison.Ordinal);
    }

    /// <summary>Four shards: over two silos each has one subtree; over three, one has a shard and another two, which are a subtree. Each silo adds up its share
    /// of them, and holds the sums of two steps.</summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 2 + 1)]
    [InlineData(3, 2 + 1)]
    [InlineData(4, 2 + 1)]
    public void Blocks_silos_countTheSumsAndAShareOfAllSubtrees(int silos, int expected) => Assert.Equal(expected, ExchangeMemory.Blocks(_job.Spec, silos));

    [Fact]
    public void FloatBufferPool_freeBlocks_areCountedAndFreedWhenAJobEnds()
    {
        FloatBufferPool pool = new();
        FloatBuffer block = pool.Rent(1000);
        Assert.Equal(0, pool.FreeBytes);

        pool.Return(block);
        Assert.Equal(4000, pool.FreeBytes);
        Assert.Same(block, pool.Rent(1000));
        Assert.Equal(0, pool.FreeBytes);
        pool.Return(block);
        pool.Clear();

        Assert.Equal(0, pool.FreeBytes);
        Assert.NotSame(block, pool.Rent(1000));
    }
}
