using DistConv.Grains.Contracts;
using DistConv.Training.Metrics;
using DistConv.Training.Shards;

namespace DistConv.Grains.Tests.Control;

/// <summary>A worker that computes nothing and answers at once, as a coordinator of a large cluster sees one.</summary>
internal static class StandIn
{
    /// <summary>As many as a network of a dozen layers has.</summary>
    private static readonly ulong[] _hashes = [.. Enumerable.Range(1, 12).Select(layer => (ulong)layer * 0x9E3779B97F4A7C15)];

    public static JoinReply Join() => new("host", 1, "scalar", 1, null);

    public static ReplicaReply At(long step) => new(step, _hashes, 0);

    /// <summary>What a real worker answers, of five samples for each shard.</summary>
    public static StepReply Answer(StepRequest request, int shards) => new(
        null,
        [.. ShardTree.MaximalSubtrees(request.Shards, shards).Select(node => new SubtreeMessage(
            node.Lo, node.Hi, new StepTotals(5 * node.Width, 1.5 * node.Width, 3 * node.Width)))],
        5 * request.Shards.Length,
        (UInt128)(ulong)request.Shards.Length << 70,
        _hashes,
        1,
        1)
    {
        SentBytes = 1_000_000,
        ProcessorShare = 0.5f,
        MemoryBytes = 1 << 30,
    };

    public static SumReply Sum { get; } = new(null, null, 0);
}
