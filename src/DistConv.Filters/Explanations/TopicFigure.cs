using DistConv.Core.Initializers;
using DistConv.Core.Layers.Conv2D;
using DistConv.Filters.Kernels;
using DistConv.Filters.Pictures;
using DistConv.Images.Drawing;
using SkiaSharp;

namespace DistConv.Filters.Explanations;

/// <summary>The pictures that belong to topics. They are computed: kernels are drawn from the seed, feature maps by the filter beside them.</summary>
public static class TopicFigure
{
    /// <summary>The key of all draws: train's default, so that these are the kernels that it begins with.</summary>
    public const ulong Seed = 1;

    private const int Draws = 200_000, Bins = 100;
    private const double Reach = 0.22;
    private const int Side = 24;
    private const float Cell = 7;

    /// <summary>A filter for vertical edges, bright on the right (Sobel).</summary>
    private static readonly float[] VerticalEdge = [-1, 0, 1, -2, 0, 2, -1, 0, 1];

    /// <summary>The picture of a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <returns>The picture, or null for a topic without one.</returns>
    public static Figure? Of(Topic topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.Picture switch
        {
            null => null,
            "filters" => Filters(),
            "distributions" => Distributions(),
            "convolution" => Convolution(),
            "pooling" => Pooling(),
            _ => throw new InvalidOperationException($"the topic '{topic.Name}' names the unknown picture '{topic.Picture}'"),
        };
    }

    private static Figure Filters()
    {
        LayerOfModel layer = KerasCall.Read("Convolution2D(32, 3, 3)", [28, 28, 1]);
        Conv2DSpec conv = (Conv2DSpec)layer.Layer.Layer;
        LayerKernels kernels = LayerKernels.Initial(layer.Model, Seed).Single();
        KernelScale scale = KernelScale.Of([kernels]);
        return new Figure(
            "The 32 filters of Convolution2D(32, 3, 3) before training",
            $"{Initializer.Describe(conv.KernelInitializer, kernels.Shape.FanIn, kernels.Shape.FanOut)}; one input channel, seed {Seed}",
            new Column(14, Align.Start, KernelPanel.Of(kernels, scale), scale.Legend()),
            "Each square is one weight, drawn at random: no filter has a meaning yet. To see what training makes of them: distconv filters JOB");
    }

    /// <summary>What the initialisers draw, as a share of draws in narrow bins.</summary>
    private static Figure Distributions()
    {
        const int FanIn = 3 * 3 * 32, FanOut = FanIn;
        string[] names = ["glorot_uniform", "glorot_normal", "he_uniform", "he_normal"];
        Series[] series = [.. names.Index().Select(entry => new Series(entry.Item, Histogram(entry.Item, FanIn, FanOut), Palette.Series[entry.Index]))];
        double highest = series.Max(line => line.Points.Max(point => point.Y));
        Axis across = Axis.Linear(-Reach, Reach, weight => $"{weight:0.00}", ticks: 8), up = Axis.Linear(0, highest * 1.1, share => $"{share:0 %}");
        return new Figure(
            "Initial weights of Conv2D(32, (3, 3)) on 32 channels",
            $"fan_in {FanIn}, fan_out {FanOut}; {Draws:N0} weights of each initialiser, seed {Seed}",
            new LineChart("weight", $"share of the weights in a bin of {2 * Reach / Bins:0.000}", across, up, series),
            "glorot_uniform is Keras's default; glorot_normal has the same variance in the shape of a bell curve. he has twice that variance here. With as "
            + "many inputs as outputs, lecun is the same as glorot.");
    }

    private static (double X, double Y)[] Histogram(string initializer, int fanIn, int fanOut)
    {
        var weights = new float[Draws];
        Initializer.Fill(initializer, weights, fanIn, fanOut, Seed, layer: 0);
        var counts = new int[Bins];
        foreach (float weight in weights)
        {
            int bin = (int)Math.Floor((weight + Reach) / (2 * Reach) * Bins);
            if (bin >= 0 && bin < Bins) counts[bin]++;
        }

        return [.. counts.Select((count, bin) => (((bin + 0.5) / Bins * 2 * Reach) - Reach, (double)count / Draws))];
    }

    private static Figure Convolution()
    {
        float[] picture = Disc(), map = Slide(picture);
        Panel filter = new Raster(3, 3, Signed(VerticalEdge), 24);
        return new Figure(
            "A filter and its feature map",
            "y[r, c] = Σ w[i, j] · x[r + i, c + j], 'valid'",
            new Row(
                28, Align.Start,
                Named($"picture, {Side}×{Side}", new Raster(Side, Side, Shades(picture), Cell)),
                Named("filter, 3×3", filter),
                Named($"feature map, {Side - 2}×{Side - 2}", new Raster(Side - 2, Side - 2, Signed(map), Cell))),
            "The filter responds to vertical edges. Red: the picture becomes brighter from left to right; blue: it becomes darker; white: the products "
            + "cancel.");
    }

    private static Figure Pooling()
    {
        float[] map = [.. Slide(Disc()).Select(value => Math.Max(0, value))]; // ReLU, as usual before pooling.
        const int Before = Side - 2, After = Before / 2;
        var pooled = new float[After * After];
        for (int i = 0; i < pooled.Length; i++)
        {
            int corner = (i / After * 2 * Before) + (i % After * 2);
            pooled[i] = ((float[])[map[corner], map[corner + 1], map[corner + Before], map[corner + Before + 1]]).Max();
        }

        return new Figure(
            "Max pooling with windows of 2×2",
            "the largest value of each window is kept",
            new Row(
                28, Align.Start,
                Named($"feature map after ReLU, {Before}×{Before}", new Raster(Before, Before, Signed(map), Cell)),
                Named($"after pooling, {After}×{After}", new Raster(After, After, Signed(pooled), 2 * Cell))),
            "The strong responses stay; where exactly they were in each window is forgotten.");
    }

    private static Column Named(string name, Panel panel) => new(4, Align.Start, new Label(name, TextStyle.Heading), panel);

    /// <summary>A bright disc on a dark ground.</summary>
    private static float[] Disc()
    {
        const double Middle = (Side - 1) / 2.0, Radius = Side / 3.0;
        return [.. Enumerable.Range(0, Side * Side).Select(i =>
        {
            double down = (i / Side) - Middle, across = (i % Side) - Middle;
            return (float)Math.Clamp(Radius + 0.5 - Math.Sqrt((down * down) + (across * across)), 0, 1);
        })];
    }

    /// <summary>The sum of products at each place where the filter is inside the picture.</summary>
    private static float[] Slide(float[] picture)
    {
        const int Places = Side - 2;
        var map = new float[Places * Places];
        for (int i = 0; i < map.Length; i++)
        {
            for (int tap = 0; tap < VerticalEdge.Length; tap++)
                map[i] += VerticalEdge[tap] * picture[(((i / Places) + (tap / 3)) * Side) + (i % Places) + (tap % 3)];
        }

        return map;
    }

    private static SKColor[] Shades(float[] values) => [.. values.Select(value => Palette.Grey(value))];

    private static SKColor[] Signed(float[] values)
    {
        float largest = values.Max(Math.Abs);
        return [.. values.Select(value => Palette.Diverging(value / largest))];
    }
}
