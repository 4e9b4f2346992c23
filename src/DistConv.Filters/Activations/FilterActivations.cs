using DistConv.Core.Networks;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Filters.Activations;

/// <summary>How strongly a picture activates a filter: the mean of the filter's feature map, after the layer's activation.</summary>
public static class FilterActivations
{
    /// <summary>The activation of each filter of a layer by the sample that a pass has just seen.</summary>
    /// <param name="pass">The pass.</param>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="activations">A value for each filter, overwritten.</param>
    public static void Read(SamplePass pass, int layer, Span<double> activations)
    {
        ArgumentNullException.ThrowIfNull(pass);
        ReadOnlySpan<float> values = pass.Output(layer);
        int filters = activations.Length, positions = values.Length / filters;
        activations.Clear();
        for (int at = 0; at < values.Length; at += filters)
        {
            for (int filter = 0; filter < filters; filter++) activations[filter] += values[at + filter];
        }

        for (int filter = 0; filter < filters; filter++) activations[filter] /= positions;
    }

    /// <summary>Finds, for each filter of a layer, the sample of a data set that activates it most.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">Index of the layer.</param>
    /// <param name="data">The samples, for example the held-out ones.</param>
    /// <param name="threads">How many threads share the work.</param>
    /// <param name="stop">Ends the search.</param>
    /// <returns>The strongest sample of each filter; of equals the first.</returns>
    public static StrongestSample[] Strongest(SnapshotNetwork network, int layer, IDataset data, int threads, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(data);
        int filters = network.Network.Layers[layer].Plan.Output.Channels;
        StrongestSample[] strongest = [.. Enumerable.Repeat(new StrongestSample(-1, double.NegativeInfinity), filters)];
        Lock gate = new();
        ParallelOptions options = new() { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        Parallel.For(
            0, data.Count, options, () => new Search(network, filters, data.Shape.Size), (sample, _, search) => search.Look(data, sample, layer), search =>
        {
            lock (gate) search.MergeInto(strongest);
            search.Dispose();
        });
        return strongest;
    }

    /// <summary>One thread's part of the search.</summary>
    private sealed class Search(SnapshotNetwork network, int filters, int inputSize) : IDisposable
    {
        private readonly SamplePass _pass = network.CreatePass();
        private readonly float[] _input = new float[inputSize];
        private readonly double[] _activations = new double[filters];
        private readonly StrongestSample[] _strongest = [.. Enumerable.Repeat(new StrongestSample(-1, double.NegativeInfinity), filters)];

        public Search Look(IDataset data, int sample, int layer)
        {
            PixelValues.Fill(data.Image(sample), _input);
            _pass.Forward(_input, layer);
            Read(_pass, layer, _activations);
            for (int filter = 0; filter < filters; filter++) Keep(_strongest, filter, new StrongestSample(sample, _activations[filter]));
            return this;
        }

        public void MergeInto(StrongestSample[] all)
        {
            for (int filter = 0; filter < filters; filter++) Keep(all, filter, _strongest[filter]);
        }

        public void Dispose() => _pass.Dispose();

        private static void Keep(StrongestSample[] kept, int filter, StrongestSample found)
        {
            StrongestSample best = kept[filter];
            if (found.Sample >= 0 && (found.Activation > best.Activation || (found.Activation == best.Activation && found.Sample < best.Sample))) kept[filter] =
                found;
        }
    }
}

/// <summary>The sample of a data set that activates a filter most.</summary>
/// <param name="Sample">Its index.</param>
/// <param name="Activation">The filter's activation by it.</param>
public readonly record struct StrongestSample(int Sample, double Activation);
