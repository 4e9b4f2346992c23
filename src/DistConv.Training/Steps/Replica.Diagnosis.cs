using DistConv.Core.Buffers;
using DistConv.Core.Layers;
using DistConv.Core.Networks;
using DistConv.Training.Data;
using DistConv.Training.Shards;

namespace DistConv.Training.Steps;

/// <content>Looks for what made a step's loss or gradient not finite.</content>
public sealed partial class Replica
{
    /// <summary>
    /// Replays the step that comes next, at the current weights, sample by sample in the order of the shards, then shard by shard, and names the first value
    /// that is not finite. In memory of its own: the replica stays as it is.
    /// </summary>
    /// <param name="step">Must be <see cref="Step"/>.</param>
    /// <param name="shards">Distinct shards, in any order.</param>
    /// <returns>Null if everything is finite, the sum over these shards included.</returns>
    public async Task<NonFiniteOrigin?> DiagnoseNonFiniteAsync(long step, IReadOnlyList<int> shards)
    {
        ArgumentNullException.ThrowIfNull(shards);
        EnsureNext(step);
        int[] ordered = [.. shards.Order()];
        NonFiniteOrigin? origin = null;
        await RunOnPoolAsync(() => origin = FindInWeights() ?? FindInSamples(ordered) ?? FindInSums(ordered)).ConfigureAwait(false);
        return origin;
    }

    private unsafe NonFiniteOrigin? FindInWeights()
    {
        foreach (ParameterTensor tensor in Network.Tensors)
        {
            if (FiniteCheck.AllFinite(Network.Kernels, _weights.Pointer + tensor.Offset, tensor.Length)) continue;
            return new NonFiniteOrigin(Step, NonFinitePart.Weights, LayerOf(tensor), tensor.Name, null, null);
        }

        return null;
    }

    private NonFiniteOrigin? FindInSamples(int[] shards)
    {
        if (Network.Gradient.MomentCount > 0) return shards.Select(FindInSamplesOf).FirstOrDefault(origin => origin is not null);
        (int epoch, int stepInEpoch) = Plan.LocateStep(Step);
        using var rows = new SampleRows(Network, _loss, _pool, _pool.Threads, _augmentation);
        var samples = new List<SearchedSample>();
        foreach (int shard in shards) samples.AddRange(SearchedSamples(rows, shard, OrderOf(shard).Batch(epoch, stepInEpoch).ToArray()));
        using var passes = new ForwardBackward(rows, new ShardRows(Plan.Shards), _pool, 1);
        Pack(passes);
        return Search(rows, samples);
    }

    /// <summary>The same in one shard, for a network with layers that look at its samples together: once for all of them, so that these layers have what they
    /// need, then sample by sample.</summary>
    private NonFiniteOrigin? FindInSamplesOf(int shard)
    {
        (int epoch, int stepInEpoch) = Plan.LocateStep(Step);
        ShardRows arranged = Arrange([shard], stepInEpoch);
        if (arranged.Count == 0) return null;
        using var rows = new SampleRows(Network, _loss, _pool, int.Max(arranged.Count, _pool.Threads), _augmentation);
        using var passes = new ForwardBackward(rows, arranged, _pool, Plan.Shards);
        int[] samples = OrderOf(shard).Batch(epoch, stepInEpoch).ToArray();
        samples.CopyTo(rows.Samples, 0);
        Pack(passes);
        passes.Forward(_train, arranged.Count, (uint)Step, training: true, Faults);
        passes.Backward(arranged.Count, [], ready: null);
        return Search(rows, SearchedSamples(rows, shard, samples));
    }

    private List<SearchedSample> SearchedSamples(SampleRows rows, int shard, int[] samples)
    {
        int[]? partners = rows.Varied is { Mixes: true } varied ? varied.PartnersOf(shard, samples.Length, (uint)Step) : null;
        return [.. samples.Select((sample, place) => new SearchedSample(shard, sample, partners is null ? sample : samples[partners[place]]))];
    }

    private NonFiniteOrigin? Search(SampleRows rows, List<SearchedSample> samples)
    {
        int largest = Network.Parameters.Max(tensor => tensor.Length);
        FloatBuffer[] gradients = [.. Enumerable.Range(0, _pool.Threads).Select(_ => new FloatBuffer(largest))];
        var search = new NonFiniteSampleSearch(rows, _train, (uint)Step, samples, gradients, Faults);
        _pool.For(samples.Count, search);
        foreach (FloatBuffer gradient in gradients) gradient.Dispose();
        return search.Origin is { Sample: { } sample } origin && _train is OversampledDataset oversampled
            ? origin with { Sample = oversampled.SampleOf(sample) } : search.Origin;
    }

    /// <summary>Every sample is finite: the step again, a shard at a time, then all of them.</summary>
    private NonFiniteOrigin? FindInSums(int[] shards)
    {
        foreach (int shard in shards)
        {
            if (FindInSum([shard]) is { } tensor) return new NonFiniteOrigin(Step, NonFinitePart.Gradient, LayerOf(tensor), tensor.Name, shard, null);
        }

        return FindInSum(shards) is { } sum ? new NonFiniteOrigin(Step, NonFinitePart.Gradient, LayerOf(sum), sum.Name, null, null) : null;
    }

    /// <summary>The first tensor whose gradient, summed over some shards, is not finite.</summary>
    private unsafe ParameterTensor? FindInSum(int[] shards)
    {
        (int epoch, int stepInEpoch) = Plan.LocateStep(Step);
        ShardRows arranged = Arrange(shards, stepInEpoch);
        if (arranged.Count == 0) return null;
        using var rows = new SampleRows(Network, _loss, _pool, arranged.Count, _augmentation);
        using var passes = new ForwardBackward(rows, arranged, _pool, Plan.Shards);
        foreach (int shard in arranged.Present) OrderOf(shard).Batch(epoch, stepInEpoch).CopyTo(rows.Samples.AsSpan(arranged.First(shard)));
        List<GradientSum> sums =
            [.. ShardTree.MaximalSubtrees(shards, Plan.Shards).Select(node => new GradientSum(node, new FloatBuffer(GradientLength)))];
        Pack(passes);
        passes.Forward(_train, arranged.Count, (uint)Step, training: true, Faults);
        passes.Backward(arranged.Count, sums, ready: null);
        ParameterTensor? bad = Network.Parameters.FirstOrDefault(tensor => sums.Exists(sum =>
            arranged.IsPresent(sum.Node) && !FiniteCheck.AllFinite(Network.Kernels, sum.Values.Pointer + tensor.Offset, tensor.Length)));
        foreach (GradientSum sum in sums) sum.Values.Dispose();
        return bad;
    }

    private ShardRows Arrange(int[] shards, int stepInEpoch)
    {
        var held = new bool[Plan.Shards];
        foreach (int shard in shards) held[shard] = true;
        var arranged = new ShardRows(Plan.Shards);
        arranged.Arrange(Plan, held, stepInEpoch);
        return arranged;
    }

    private ShardOrder OrderOf(int shard) => new(Plan, _permutation, shard);

    private string LayerOf(ParameterTensor tensor) => Network.Layers[tensor.Layer].Plan.Layer.Name;

    private unsafe void Pack(ForwardBackward passes)
    {
        _groups.GoTo(Step);
        passes.PackWeights(_weights.Pointer);
    }
}
