using System.Net;
using System.Runtime.InteropServices;
using DistConv.Core.Buffers;
using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Grains.Contracts;
using DistConv.Grains.Exchange;
using DistConv.Grains.Exchange.Lane;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Grains.Tests.Exchange;

/// <summary>Silos that exchange gradients of their own making over ways that the test holds in its hand.</summary>
public sealed class StepExchangeTests : IDisposable
{
    private const int Shards = 6;

    private const string Model = """
        {"input": [4, 4, 1], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": 3}, {"type": "batchnorm"}, {"type": "relu"}, {"type": "flatten"},
          {"type": "dense", "units": 700, "activation": "relu"}, {"type": "dense", "units": 30, "activation": "softmax"}]}
        """;

    private static readonly ShardPlan _plan = new(samples: 64, globalBatch: 12, shards: Shards);

    private readonly Network _network = new(ModelSpec.Parse(Model, "test"), KernelSets.Select("scalar"), seed: 1);
    private readonly WorkQueue _queue = new("test");
    private readonly List<Exception> _failures = [];
    private readonly List<(int From, int To, FrameHeader Header)> _frames = [];
    private readonly SiloAddress[] _silos = [.. Enumerable.Range(1, 4).Select(silo => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, silo), 1))];
    private readonly StepExchange[] _exchanges;
    private Func<int, int, FrameHeader, Delivery> _deliver = (_, _, _) => Delivery.Once;

    public StepExchangeTests()
    {
        _queue.Failed = _failures.Add;
        _exchanges =
        [
            .. _silos.Select((silo, from) => new StepExchange(
                _network, _plan, standing: 0, silo, _queue, to => new Way(this, from, Array.IndexOf(_silos, to)))),
        ];
    }

    private enum Delivery
    {
        Once,
        Twice,
        Never,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (StepExchange exchange in _exchanges) exchange.Dispose();
        _queue.Dispose();
        _network.Dispose();
        Assert.Empty(_failures);
    }

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
            FloatBuffer[] sums = await RunAsync(step, silos, new ExchangePlan(0, _silos[..silos], isStar));
            Assert.All(sums, sum => AssertEqual(Expected(step), sum));
        }
    }

    [Fact]
    public async Task SumAsync_framesThatComeTwice_changeNothing()
    {
        _deliver = (_, _, _) => Delivery.Twice;
        for (long step = 0; step < 3; step++)
            Assert.All(await RunAsync(step, 3, new ExchangePlan(0, _silos[..3], IsStar: false)), sum => AssertEqual(Expected(step), sum));
        Assert.All(_exchanges, exchange => Assert.Null(exchange.TakeDifference()));
    }

    /// <summary>2 (N − 1)/N models out of each silo, when each computes one subtree.</summary>
    [Fact]
    public async Task SumAsync_bytesOfASilo_areTwoModelsLessItsShare()
    {
        ExchangePlan plan = new(0, _silos[..2], IsStar: false);
        foreach (StepExchange exchange in _exchanges.Take(2)) exchange.Begin(0, plan);
        Compute(0, 0, [0, 1, 2, 3], isExtra: false);
        Compute(1, 0, [4, 5], isExtra: false);
        foreach (StepExchange exchange in _exchanges.Take(2)) await exchange.SumAsync(0).WaitAsync(Token);

        long model = _network.Gradient.Length * sizeof(float);
        Assert.All(_exchanges.Take(2), exchange => Assert.InRange(exchange.TakeSentBytes(), model - (32 << 10), model + (32 << 10)));
    }

    /// <summary>A silo is lost after some of its frames: the others get its shards and a new plan, and keep what they have computed.</summary>
    [Fact]
    public async Task Begin_planWithoutALostSilo_sendsWhatIsThereToTheNewOwners()
    {
        _deliver = (from, to, _) => from == 2 || to == 2 ? Delivery.Never : Delivery.Once;
        ExchangePlan plan = new(0, _silos[..3], IsStar: false);
        for (int silo = 0; silo < 3; silo++)
        {
            _exchanges[silo].Begin(0, plan);
            Compute(silo, 0, [2 * silo, (2 * silo) + 1], isExtra: false);
        }

        Task<(FloatBuffer Sum, bool IsFinite)>[] sums = [.. _exchanges.Take(2).Select(exchange => exchange.SumAsync(0))];
        await IdleAsync();
        Assert.All(sums, sum => Assert.False(sum.IsCompleted));
        Assert.Equal([4, 5], _exchanges[0].Waits(0).Shards);
        Assert.Contains(_silos[2], _exchanges[0].Waits(0).Owners);

        ExchangePlan next = new(1, _silos[..2], IsStar: false);
        _exchanges[0].Begin(0, next);
        Compute(0, 0, [4], isExtra: true);
        _exchanges[1].Begin(0, next);
        Compute(1, 0, [5], isExtra: true);

        foreach (Task<(FloatBuffer Sum, bool IsFinite)> sum in sums) AssertEqual(Expected(0), (await sum.WaitAsync(Token)).Sum);
    }

    [Fact]
    public async Task TakeDifference_hedgedShardsWithOtherBits_areToldByWhoeverAddsThem()
    {
        ExchangePlan plan = new(0, _silos[..2], IsStar: true);
        foreach (StepExchange exchange in _exchanges.Take(2)) exchange.Begin(0, plan);
        Compute(0, 0, [0, 1, 2, 3], isExtra: false);
        Compute(0, 0, [4, 5], isExtra: true);
        await _exchanges[0].SumAsync(0).WaitAsync(Token);
        Assert.Null(_exchanges[0].TakeDifference());

        Compute(1, 0, [4, 5], isExtra: false, error: 1);
        await IdleAsync();

        Assert.Contains("different gradients for shard 4-5", _exchanges[0].TakeDifference(), StringComparison.Ordinal);
        Assert.Null(_exchanges[0].TakeDifference());
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public async Task SumAsync_valueThatIsNotFinite_isKnownToAll(float value)
    {
        ExchangePlan plan = new(0, _silos[..2], IsStar: false);
        foreach (StepExchange exchange in _exchanges.Take(2)) exchange.Begin(0, plan);
        Compute(0, 0, [0, 1, 2], isExtra: false);
        Compute(1, 0, [3, 4, 5], isExtra: false, error: value);

        foreach (StepExchange exchange in _exchanges.Take(2)) Assert.False((await exchange.SumAsync(0).WaitAsync(Token)).IsFinite);
    }

    /// <summary>A silo that others have computed for lacks a sum: it is supplied from one that has it.</summary>
    [Fact]
    public async Task Supply_whatIsMissing_fromASiloThatHasIt()
    {
        _deliver = (_, to, header) => to == 1 && header.Kind == FrameKind.Sum ? Delivery.Never : Delivery.Once;
        ExchangePlan plan = new(0, _silos[..2], IsStar: true);
        foreach (StepExchange exchange in _exchanges.Take(2)) exchange.Begin(0, plan);
        Compute(0, 0, [0, 1, 2], isExtra: false);
        Compute(1, 0, [3, 4, 5], isExtra: false);
        await _exchanges[0].SumAsync(0).WaitAsync(Token);
        Task<(FloatBuffer Sum, bool IsFinite)> late = _exchanges[1].SumAsync(0);
        Assert.False(late.IsCompleted);

        foreach ((int first, int length) in _exchanges[1].Missing(0, 2 * ExchangeRange.BlockLength))
        {
            Assert.InRange(length, 1, 2 * ExchangeRange.BlockLength);
            _exchanges[1].Supply(0, first, _exchanges[0].Read(0, first, length)!.Span);
        }

        AssertEqual(Expected(0), (await late.WaitAsync(Token)).Sum);
        Assert.Null(_exchanges[0].Read(7, 0, ExchangeRange.BlockLength));
        Assert.Null(_exchanges[0].Read(0, 1, ExchangeRange.BlockLength));
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
        _exchanges[0].Begin(2, new ExchangePlan(0, _silos[..2], IsStar: false));

        Assert.True(_exchanges[0].Begin(_silos[1], new FrameHeader(FrameKind.Part, step, 0, first, shard, endShard, length * sizeof(float))) == null);
    }

    private async Task<FloatBuffer[]> RunAsync(long step, int silos, ExchangePlan plan)
    {
        int[][] blocks = Grains.Workers.ShardAssignment.Blocks(Shards, silos);
        for (int silo = silos - 1; silo >= 0; silo--) // The last is a step ahead of the others.
        {
            _exchanges[silo].Begin(step, plan);
            Compute(silo, step, blocks[silo], isExtra: false);
        }

        var sums = new FloatBuffer[silos];
        for (int silo = 0; silo < silos; silo++)
        {
            (sums[silo], bool isFinite) = await _exchanges[silo].SumAsync(step).WaitAsync(Token);
            Assert.True(isFinite);
        }

        return sums;
    }

    /// <summary>Computes shards as a backward pass does: the last layers first.</summary>
    private void Compute(int silo, long step, int[] shards, bool isExtra, float error = 0)
    {
        List<GradientSum> sums = [];
        foreach (ShardNode node in ShardTree.MaximalSubtrees(shards, Shards))
        {
            GradientSum? sum = Sum(node, step);
            if (sum is null) continue;
            sum.Values.Span[0] += error;
            sums.Add(sum);
        }

        foreach (int milestone in _network.GradientMilestones.Reverse()) _exchanges[silo].Ready(step, sums, milestone, isExtra);
    }

    private FloatBuffer Expected(long step) => Sum(ShardTree.Root(Shards), step)!.Values;

    /// <summary>The sum over a subtree: of shards whose values depend on shard, step and place.</summary>
    private GradientSum? Sum(ShardNode node, long step)
    {
        (_, int stepInEpoch) = _plan.LocateStep(step);
        List<GradientSum> shards = [];
        for (int shard = node.Lo; shard < node.Hi; shard++)
        {
            GradientSum sum = new(new ShardNode(shard, shard + 1), new FloatBuffer(_network.Gradient.Length));
            int samples = _plan.BatchSizeAt(shard, stepInEpoch);
            sum.Totals = new StepTotals(samples, 1, 0);
            for (int i = 0; i < _network.Gradient.ParameterCount; i++) sum.Values.Span[i] = float.Sin((i * 0.37f) + (shard * 1.7f) + (step * 0.9f)) * 1e3f / (i + 1);
            Span<double> moments = Moments(sum.Values);
            for (int i = 0; i < moments.Length; i++) moments[i] = double.Sin(i + shard + (0.1 * step));
            shards.Add(sum);
        }

        return Add(node, shards);
    }

    /// <summary>Adds shards along the tree, in the plainest way.</summary>
    private GradientSum? Add(ShardNode node, List<GradientSum> shards)
    {
        if (node.IsLeaf) return shards.Find(sum => sum.Node == node && sum.Totals.Samples > 0);
        GradientSum? left = Add(node.Left, shards), right = Add(node.Right, shards);
        if (left is null || right is null) return (left ?? right) is { } one ? new GradientSum(node, one.Values) { Totals = one.Totals } : null;
        FloatBuffer sum = new(_network.Gradient.Length);
        for (int i = 0; i < _network.Gradient.ParameterCount; i++) sum.Span[i] = left.Values.Span[i] + right.Values.Span[i];
        Span<double> to = Moments(sum), a = Moments(left.Values), b = Moments(right.Values);
        for (int i = 0; i < to.Length; i++) to[i] = a[i] + b[i];
        return new GradientSum(node, sum) { Totals = left.Totals + right.Totals };
    }

    private Span<double> Moments(FloatBuffer values) => MemoryMarshal.Cast<float, double>(values.Span[_network.Gradient.MomentStart..]);

    private void AssertEqual(FloatBuffer expected, FloatBuffer actual)
    {
        int parameters = _network.Gradient.ParameterCount;
        Assert.Equal(expected.Span[..parameters], actual.Span[..parameters]);
        Assert.Equal(Moments(expected), Moments(actual));
    }

    private Task IdleAsync()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(() => _queue.Post(done.SetResult));
        return done.Task.WaitAsync(Token);
    }

    private sealed class Way(StepExchangeTests test, int from, int to) : IPeerLink
    {
        public unsafe void Send(FrameHeader header, FloatBuffer values, int first, Action<bool> sent)
        {
            byte[] body = new Span<byte>(values.Pointer + first, header.Bytes).ToArray();
            header = header with { Checksum = Training.Files.Crc32C.Of(body) };
            test._frames.Add((from, to, header));
            Delivery delivery = test._deliver(from, to, header);
            test._queue.Post(() =>
            {
                for (int time = 0; time < (delivery == Delivery.Twice ? 2 : delivery == Delivery.Once ? 1 : 0); time++)
                {
                    byte* target = test._exchanges[to].Begin(test._silos[from], header);
                    if (target is null) continue;
                    body.CopyTo(new Span<byte>(target, body.Length));
                    test._exchanges[to].Complete(test._silos[from], header);
                }

                sent(true);
            });
        }

        public void Dispose()
        {
        }
    }
}
