using DistConv.Core.Buffers;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange;
using DistConv.Grains.Exchange.Lane;
using Xunit;

namespace DistConv.Grains.Tests.Exchange;

public sealed class StepExchangeTests : IDisposable
{
    private readonly ExchangeSilos _silos = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _silos.Dispose();

    [Theory]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public async Task SumAsync_anySilosAndOwners_hasTheBitsOfTheShardTree(int silos, bool isStar)
    {
        for (long step = 0; step < 5; step++)
        {
            FloatBuffer[] sums = await _silos.RunAsync(step, silos, new ExchangePlan(0, _silos.Silos[..silos], isStar));
            Assert.All(sums, sum => _silos.AssertEqual(_silos.Expected(step), sum));
        }
    }

    [Fact]
    public async Task SumAsync_framesThatComeTwice_changeNothing()
    {
        _silos.Deliver = (_, _, _) => ExchangeSilos.Delivery.Twice;
        ExchangePlan plan = new(0, _silos.Silos[..3], IsStar: false);
        for (long step = 0; step < 3; step++)
            Assert.All(await _silos.RunAsync(step, 3, plan), sum => _silos.AssertEqual(_silos.Expected(step), sum));
        Assert.All(_silos.Exchanges, exchange => Assert.Null(exchange.TakeDifference()));
    }

    /// <summary>2 (N − 1)/N models out of each silo, when each computes one subtree.</summary>
    [Fact]
    public async Task SumAsync_bytesOfASilo_areTwoModelsLessItsShare()
    {
        ExchangePlan plan = new(0, _silos.Silos[..2], IsStar: false);
        foreach (StepExchange exchange in _silos.Exchanges.Take(2)) exchange.Begin(0, plan);
        _silos.Compute(0, 0, [0, 1, 2, 3], isExtra: false);
        _silos.Compute(1, 0, [4, 5], isExtra: false);
        foreach (StepExchange exchange in _silos.Exchanges.Take(2)) await exchange.SumAsync(0).WaitAsync(Token);

        long model = _silos.GradientLength * sizeof(float);
        Assert.All(_silos.Exchanges.Take(2), exchange => Assert.InRange(exchange.TakeSentBytes(), model - (32 << 10), model + (32 << 10)));
    }

    /// <summary>A silo is lost after some of its frames: the others get its shards and a new plan, and keep what they have computed.</summary>
    [Fact]
    public async Task Begin_planWithoutALostSilo_sendsWhatIsThereToTheNewOwners()
    {
        _silos.Deliver = (from, to, _) => from == 2 || to == 2 ? ExchangeSilos.Delivery.Never : ExchangeSilos.Delivery.Once;
        ExchangePlan plan = new(0, _silos.Silos[..3], IsStar: false);
        for (int silo = 0; silo < 3; silo++)
        {
            _silos.Exchanges[silo].Begin(0, plan);
            _silos.Compute(silo, 0, [2 * silo, (2 * silo) + 1], isExtra: false);
        }

        Task<(FloatBuffer Sum, bool IsFinite)>[] sums = [.. _silos.Exchanges.Take(2).Select(exchange => exchange.SumAsync(0))];
        await _silos.IdleAsync();
        Assert.All(sums, sum => Assert.False(sum.IsCompleted));
        Assert.Equal([4, 5], _silos.Exchanges[0].Waits(0).Shards);
        Assert.Contains(_silos.Silos[2], _silos.Exchanges[0].Waits(0).Owners);

        ExchangePlan next = new(1, _silos.Silos[..2], IsStar: false);
        _silos.Exchanges[0].Begin(0, next);
        _silos.Compute(0, 0, [4], isExtra: true);
        _silos.Exchanges[1].Begin(0, next);
        _silos.Compute(1, 0, [5], isExtra: true);

        foreach (Task<(FloatBuffer Sum, bool IsFinite)> sum in sums) _silos.AssertEqual(_silos.Expected(0), (await sum.WaitAsync(Token)).Sum);
    }

    [Fact]
    public async Task TakeDifference_hedgedShardsWithOtherBits_areToldByWhoeverAddsThem()
    {
        ExchangePlan plan = new(0, _silos.Silos[..2], IsStar: true);
        foreach (StepExchange exchange in _silos.Exchanges.Take(2)) exchange.Begin(0, plan);
        _silos.Compute(0, 0, [0, 1, 2, 3], isExtra: false);
        _silos.Compute(0, 0, [4, 5], isExtra: true);
        await _silos.Exchanges[0].SumAsync(0).WaitAsync(Token);
        Assert.Null(_silos.Exchanges[0].TakeDifference());

        _silos.Compute(1, 0, [4, 5], isExtra: false, error: 1);
        await _silos.IdleAsync();

        Assert.Contains("different gradients for shard 4-5", _silos.Exchanges[0].TakeDifference(), StringComparison.Ordinal);
        Assert.Null(_silos.Exchanges[0].TakeDifference());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task SumAsync_valueThatIsNotFinite_isKnownToAll(float value)
    {
        ExchangePlan plan = new(0, _silos.Silos[..2], IsStar: false);
        foreach (StepExchange exchange in _silos.Exchanges.Take(2)) exchange.Begin(0, plan);
        _silos.Compute(0, 0, [0, 1, 2], isExtra: false);
        _silos.Compute(1, 0, [3, 4, 5], isExtra: false, error: value);

        foreach (StepExchange exchange in _silos.Exchanges.Take(2)) Assert.False((await exchange.SumAsync(0).WaitAsync(Token)).IsFinite);
    }

    /// <summary>A silo that others have computed for lacks a sum: it is supplied from one that has it.</summary>
    [Fact]
    public async Task Supply_whatIsMissing_fromASiloThatHasIt()
    {
        _silos.Deliver = (_, to, header) => to == 1 && header.Kind == FrameKind.Sum ? ExchangeSilos.Delivery.Never : ExchangeSilos.Delivery.Once;
        ExchangePlan plan = new(0, _silos.Silos[..2], IsStar: true);
        foreach (StepExchange exchange in _silos.Exchanges.Take(2)) exchange.Begin(0, plan);
        _silos.Compute(0, 0, [0, 1, 2], isExtra: false);
        _silos.Compute(1, 0, [3, 4, 5], isExtra: false);
        await _silos.Exchanges[0].SumAsync(0).WaitAsync(Token);
        Task<(FloatBuffer Sum, bool IsFinite)> late = _silos.Exchanges[1].SumAsync(0);
        Assert.False(late.IsCompleted);

        foreach ((int first, int length) in _silos.Exchanges[1].Missing(0, 2 * ExchangeRange.BlockLength))
        {
            Assert.InRange(length, 1, 2 * ExchangeRange.BlockLength);
            _silos.Exchanges[1].Supply(0, first, _silos.Exchanges[0].Read(0, first, length)!.Span);
        }

        _silos.AssertEqual(_silos.Expected(0), (await late.WaitAsync(Token)).Sum);
        Assert.Null(_silos.Exchanges[0].Read(7, 0, ExchangeRange.BlockLength));
        Assert.Null(_silos.Exchanges[0].Read(0, 1, ExchangeRange.BlockLength));
    }

    /// <summary>Frames of steps that are over, or too far ahead, of ranges that are none, of subtrees that are none.</summary>
    [Theory]
    [InlineData(0, 0, 4096, 0, 6)]
    [InlineData(5, 0, 4096, 0, 6)]
    [InlineData(2, 1, 4096, 0, 6)]
    [InlineData(2, 0, 4095, 0, 6)]
    [InlineData(2, 4096, int.MaxValue / 4, 0, 6)]
    [InlineData(2, 0, 4096, 3, 3)]
    [InlineData(2, 0, 4096, 0, 7)]
    public unsafe void Begin_frameThatNobodyExpects_isDropped(long step, int first, int length, int shard, int endShard)
    {
        _silos.Exchanges[0].Begin(2, new ExchangePlan(0, _silos.Silos[..2], IsStar: false));

        FrameHeader header = new(FrameKind.Part, step, 0, first, shard, endShard, length * sizeof(float));
        Assert.True(_silos.Exchanges[0].Begin(_silos.Silos[1], header) == null);
    }
}
