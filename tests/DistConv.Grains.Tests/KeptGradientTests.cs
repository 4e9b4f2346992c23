using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Workers;
using Xunit;

namespace DistConv.Grains.Tests;

/// <summary>A gradient of six parameters that comes in parts.</summary>
public sealed class KeptGradientTests : IDisposable
{
    private const int Parameters = 6;

    private readonly FloatBufferPool _pool = new();
    private readonly KeptGradient _kept = new();

    public void Dispose() => _kept.Dispose();

    [Fact]
    public void Keep_lateBucketOfTheSameStep_leavesTheOneThatIsBeingApplied()
    {
        _kept.Keep(4, Bucket(1));
        GradientMessage applied = _kept.Take(4, 2, Parameters)!;

        _kept.Keep(4, Bucket(2));
        _kept.Keep(5, Bucket(3));

        Assert.NotSame(applied.Values, _pool.Rent(Parameters));
        Assert.Equal([1f, 1f, 1f, 1f], applied.Span.ToArray());
        applied.Release();
        Assert.Same(applied.Values, _pool.Rent(Parameters));
    }

    [Theory]
    [InlineData(4, 3, false)] // Another step.
    [InlineData(5, 1, false)] // Parameter 1 is missing.
    [InlineData(5, 2, true)]
    [InlineData(5, 3, true)]
    public void Take_gradient_onlyIfNothingIsMissing(long step, int first, bool isThere)
    {
        _kept.Keep(5, Bucket(1));

        Assert.Equal(isThere, _kept.Take(step, first, Parameters) is not null);
    }

    [Fact]
    public void Take_chunksInAnyOrder_areTheWholeGradient()
    {
        foreach (int first in (int[])[4, 4, 0, 2])
        {
            Assert.Null(_kept.Take(5, 0, Parameters));
            _kept.Keep(5, first, Chunk(first), Parameters);
        }

        Assert.Equal([0f, 0f, 2f, 2f, 4f, 4f], _kept.Take(5, 0, Parameters)!.Span.ToArray());
        Assert.Null(_kept.Take(5, 0, Parameters));
    }

    [Fact]
    public void Take_chunksThatOverlapAndLeaveAGap_isNothing()
    {
        for (int i = 0; i < 3; i++) _kept.Keep(5, 0, Chunk(1), Parameters);

        Assert.Null(_kept.Take(5, 0, Parameters));
    }

    private GradientMessage Bucket(float value)
    {
        FloatBuffer values = _pool.Rent(Parameters);
        values.Span.Fill(value);
        return new GradientMessage(values, 2, Parameters - 2, _pool);
    }

    private GradientMessage Chunk(float value)
    {
        FloatBuffer values = _pool.Rent(2);
        values.Span.Fill(value);
        return new GradientMessage(values, 0, 2, _pool);
    }
}
