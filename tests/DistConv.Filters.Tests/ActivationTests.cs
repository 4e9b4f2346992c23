using DistConv.Core.Kernels;
using DistConv.Core.Models;
using DistConv.Core.Networks;
using DistConv.Core.Shapes;
using DistConv.Filters.Activations;
using DistConv.Training.Data;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;
using Xunit;

namespace DistConv.Filters.Tests;

public sealed class ActivationTests
{
    private static readonly Drawn _samples = new Drawn(200);

    [Fact]
    public void Maximize_firstTwoLayers_exceedsEverySampleForNineFiltersOfTen()
    {
        using SnapshotNetwork network = SnapshotNetwork.Untrained(ModelSpec.Load("keras1-mnist-cnn"), 3, KernelSets.Supported[^1]);
        foreach (int layer in (int[])[0, 1])
        {
            MaximizedImage[] images =
                ActivationMaximizer.Maximize(network, layer, new MaximizationOptions(Iterations: 40), 2, TestContext.Current.CancellationToken);
            StrongestSample[] strongest = FilterActivations.Strongest(network, layer, _samples, 2, TestContext.Current.CancellationToken);

            int exceeding = images.Count(image => image.Activation > strongest[image.Filter].Activation);
            Assert.InRange(exceeding, images.Length * 9 / 10, images.Length);
            Assert.All(images, image => Assert.All(image.Pixels, pixel => Assert.InRange(pixel, 0f, 1f)));
        }
    }

    [Fact]
    public void Maximize_anyNumberOfThreads_givesTheSameBits()
    {
        using SnapshotNetwork network = SnapshotNetwork.Untrained(ModelSpec.Load("lenet5"), 3, KernelSets.Supported[^1]);
        var options = new MaximizationOptions(Iterations: 5);
        MaximizedImage[] one = ActivationMaximizer.Maximize(network, 0, options, 1, TestContext.Current.CancellationToken);
        MaximizedImage[] three = ActivationMaximizer.Maximize(network, 0, options, 3, TestContext.Current.CancellationToken);

        for (int filter = 0; filter < one.Length; filter++) Assert.Equal(one[filter].Pixels, three[filter].Pixels);
    }

    [Fact]
    public void Strongest_eachFilter_isTheSampleThatAFullSearchFinds()
    {
        using SnapshotNetwork network = SnapshotNetwork.Untrained(ModelSpec.Load("lenet5"), 3, KernelSets.Supported[^1]);
        StrongestSample[] found = FilterActivations.Strongest(network, 0, _samples, 3, TestContext.Current.CancellationToken);

        using SamplePass pass = network.CreatePass();
        TensorShape output = network.Network.Layers[0].Plan.Output;
        var best = new (int Sample, double Activation)[output.Channels];
        Array.Fill(best, (-1, double.NegativeInfinity));
        var input = new float[784];
        for (int sample = 0; sample < _samples.Count; sample++)
        {
            PixelValues.Fill(_samples.Image(sample), input);
            pass.Forward(input);
            for (int filter = 0; filter < best.Length; filter++)
            {
                double mean = 0;
                for (int at = filter; at < output.Size; at += output.Channels) mean += pass.Output(0)[at];
                mean /= output.Height * output.Width;
                if (mean > best[filter].Activation) best[filter] = (sample, mean);
            }
        }

        Assert.Equal(best.Select(entry => entry.Sample), found.Select(entry => entry.Sample));
        Assert.Equal(best[0].Activation, found[0].Activation, 1e-12);
    }

    [Fact]
    public void VisibleLayers_builtInModel_leavesOutWhatChangesNothing()
    {
        using SnapshotNetwork network = SnapshotNetwork.Untrained(ModelSpec.Load("keras1-mnist-cnn"), 3, KernelSets.Supported[^1]);
        string[] names = [.. FeatureMapFigure.VisibleLayers(network.Network).Select(layer => network.Network.Layers[layer].Plan.Layer.Type)];

        Assert.Equal(["conv2d", "conv2d", "maxpool2d", "dense", "dense"], names);
    }

    /// <summary>Strokes: a bright bar at an angle and a place that depend on the sample.</summary>
    private sealed class Drawn(int count) : IDataset
    {
        private readonly byte[][] _images = [.. Enumerable.Range(0, count).Select(Draw)];

        public int Count => count;

        public TensorShape Shape => new(28, 28, 1);

        public int ClassCount => 2;

        public ReadOnlySpan<byte> Image(int index) => _images[index];

        public int Label(int index) => index % 2;

        private static byte[] Draw(int sample)
        {
            var image = new byte[784];
            double angle = sample * 0.37, offset = (sample % 9) - 4;
            for (int i = 0; i < image.Length; i++)
            {
                double x = (i % 28) - 13.5, y = (i / 28) - 13.5;
                double across = (x * Math.Sin(angle)) + (y * Math.Cos(angle)) - offset, along = (x * Math.Cos(angle)) - (y * Math.Sin(angle));
                if (Math.Abs(along) < 9) image[i] = (byte)Math.Clamp(255 * (2.5 - Math.Abs(across)), 0, 255);
            }

            return image;
        }
    }
}
