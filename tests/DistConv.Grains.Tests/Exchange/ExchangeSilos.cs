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

/// <summary>Four silos that exchange gradients of their own making over ways that a test holds in its hand.</summary>
internal sealed class ExchangeSilos : IDisposable
{
    public const int Shards = 6;

    private const string Model = """
        {"input": [4, 4, 1], "layers": [
          {"type": "conv2d", "filters": 3, "kernel": 3}, {"type": "batchnorm"}, {"type": "relu"}, {"type": "flatten"},
          {"type": "dense", "units": 700, "activation": "relu"}, {"type": "dense", "units": 30, "activation": "softmax"}]}
        """;

    private static readonly ShardPlan _plan = new(samples: 64, globalBatch: 12, shards: Shards);

    private readonly Network _network = new(ModelSpec.Parse(Model, "test"), KernelSets.Select("scalar"), seed: 1);
    private readonly WorkQueue _queue = new("test");
    private readonly List<Exception> _failures = [];
    public SiloAddress[] Silos { get; } = [.. Enumerable.Range(1, 4).Select(silo => SiloAddress.New(new IPEndPoint(IPAddress.Loopback, silo), 1))];
    public StepExchange[] Exchanges { get; }

    /// <summary>What becomes of a frame from one silo to another.</summary>
    public Func<int, int, FrameHeader, Delivery> Deliver { get; set; } = (_, _, _) => Delivery.Once;

    public int GradientLength => _network.Gradient.Length;


    public ExchangeSilos()
    {
        _queue.Failed = _failures.Add;
        Exchanges =
        [
            .. Silos.Select((silo, from) => new StepExchange(
                _network, _plan, standing: 0, silo, _queue, to => new Way(this, from, Array.IndexOf(Silos, to)))),
        ];
    }

    public enum Delivery
    {
        Once,
        Twice,
        Never,
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        foreach (StepExchange exchange in Exchanges) exchange.Dispose();
        _queue.Dispose();
        _network.Dispose();
        Assert.Empty(_failures);
    }

    public async Task<FloatBuffer[]> RunAsync(long step, int silos, ExchangePlan plan)
    {
        int[][] blocks = Grains.Workers.ShardAssignment.Blocks(Shards, silos);
        for (int silo = silos - 1; silo >= 0; silo--) // The last is a step ahead of the others.
        {
            Exchanges[silo].Begin(step, plan);
            Compute(silo, step, blocks[silo], isExtra: false);
        }

        var sums = new FloatBuffer[silos];
        for (int silo = 0; silo < silos; silo++)
        {
            (sums[silo], bool isFinite) = await Exchanges[silo].SumAsync(step).WaitAsync(Token);
            Assert.True(isFinite);
        }

        return sums;
    }

    /// <summary>Computes shards as a backward pass does: the last layers first.</summary>
    public void Compute(int silo, long step, int[] shards, bool isExtra, float error = 0)
    {
        List<GradientSum> sums = [];
        foreach (ShardNode node in ShardTree.MaximalSubtrees(shards, Shards))
        {
            GradientSum? sum = Sum(node, step);
            if (sum is null) continue;
            sum.Values.Span[0] += error;
            sums.Add(sum);
        }

        foreach (int milestone in _network.GradientMilestones.Reverse()) Exchanges[silo].Ready(step, sums, milestone, isExtra);
    }

    public FloatBuffer Expected(long step) => Sum(ShardTree.Root(Shards), step)!.Values;

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
            for (int i = 0; i < _network.Gradient.ParameterCount; i++)
                sum.Values.Span[i] = float.Sin((i * 0.37f) + (shard * 1.7f) + (step * 0.9f)) * 1e3f / (i + 1);
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

    public void AssertEqual(FloatBuffer expected, FloatBuffer actual)
    {
        int parameters = _network.Gradient.ParameterCount;
        Assert.Equal(expected.Span[..parameters], actual.Span[..parameters]);
        Assert.Equal(Moments(expected), Moments(actual));
    }

    public Task IdleAsync()
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _queue.Post(() => _queue.Post(done.SetResult));
        return done.Task.WaitAsync(Token);
    }

    private sealed class Way(ExchangeSilos test, int from, int to) : IPeerLink
    {
        public unsafe void Send(FrameHeader header, FloatBuffer values, int first, Action<bool> sent)
        {
            byte[] body = new Span<byte>(values.Pointer + first, header.Bytes).ToArray();
            header = header with { Checksum = Training.Files.Crc32C.Of(body) };
            Delivery delivery = test.Deliver(from, to, header);
            test._queue.Post(() =>
            {
                for (int time = 0; time < (delivery == Delivery.Twice ? 2 : delivery == Delivery.Once ? 1 : 0); time++)
                {
                    byte* target = test.Exchanges[to].Begin(test.Silos[from], header);
                    if (target is null) continue;
                    body.CopyTo(new Span<byte>(target, body.Length));
                    test.Exchanges[to].Complete(test.Silos[from], header);
                }

                sent(true);
            });
        }

        public void Dispose()
        {
        }
    }
}
