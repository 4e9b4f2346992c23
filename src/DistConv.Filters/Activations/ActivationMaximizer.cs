using DistConv.Core.Networks;
using DistConv.Core.Numerics;
using DistConv.Core.Shapes;
using DistConv.Training.Snapshots;

namespace DistConv.Filters.Activations;

/// <summary>How <see cref="ActivationMaximizer"/> climbs.</summary>
/// <param name="Iterations">Steps of gradient ascent.</param>
/// <param name="FirstStep">Root mean square of the first step's change of a pixel (pixels are 0 … 1); the last one's is a tenth of it.</param>
/// <param name="Smoothness">Weight of the penalty on differences between neighbouring pixels, relative to the activation's gradient; 0: none.</param>
public sealed record MaximizationOptions(int Iterations = 96, float FirstStep = 0.1f, float Smoothness = 0.1f);

/// <summary>The picture that a filter was made to look for.</summary>
/// <param name="Filter">Which filter of its layer.</param>
/// <param name="Pixels">Height × width × channels values, 0 … 1.</param>
/// <param name="Activation">The filter's activation by it (<see cref="FilterActivations"/>).</param>
public sealed record MaximizedImage(int Filter, float[] Pixels, double Activation);

/// <summary>
/// Activation maximisation: gradient ascent on the input, from faint noise around middle grey, to the picture that activates a filter most (Erhan, Bengio,
/// Courville and Vincent, "Visualizing higher-layer features of a deep network", 2009). Pixels stay within 0 … 1, and a quadratic penalty on differences
/// between neighbours (the total variation with exponent 2 of Mahendran and Vedaldi, "Understanding deep image representations by inverting them", 2015) keeps
/// noise out that no picture has. Positions at which ReLU silences the filter count a little at first and less and less, so that a filter that is silent on
/// grey moves, too.
/// </summary>
public static class ActivationMaximizer
{
    /// <summary>What a silenced position counts in the first iteration.</summary>
    private const float FirstLeak = 0.3f;

    /// <summary>Maximises every filter of a layer.</summary>
    /// <param name="network">The network.</param>
    /// <param name="layer">Index of a convolution layer.</param>
    /// <param name="options">How to climb.</param>
    /// <param name="threads">How many threads share the work; no bit of the pictures depends on it.</param>
    /// <param name="stop">Ends the work.</param>
    /// <returns>A picture for each filter, in order.</returns>
    public static MaximizedImage[] Maximize(SnapshotNetwork network, int layer, MaximizationOptions options, int threads, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        var images = new MaximizedImage[network.Network.Layers[layer].Plan.Output.Channels];
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = threads, CancellationToken = stop };
        Parallel.For(0, images.Length, parallel, network.CreatePass, (filter, _, pass) =>
        {
            images[filter] = Climb(pass, layer, filter, options);
            return pass;
        }, pass => pass.Dispose());
        return images;
    }

    private static MaximizedImage Climb(SamplePass pass, int layer, int filter, MaximizationOptions options)
    {
        TensorShape shape = pass.Network.Plan.Model.Input, output = pass.Network.Layers[layer].Plan.Output;
        float[] image = Noise(shape.Size, layer, filter), best = [], gradient = new float[shape.Size], weights = new float[output.Size];
        var activations = new double[output.Channels];
        double highest = double.NegativeInfinity;
        for (int iteration = 0; ; iteration++)
        {
            pass.Forward(image, layer);
            FilterActivations.Read(pass, layer, activations);
            if (activations[filter] > highest) (highest, best) = (activations[filter], [.. image]);
            if (iteration == options.Iterations) return new MaximizedImage(filter, best, highest);
            float left = 1f - ((float)iteration / options.Iterations);
            ReadOnlySpan<float> values = pass.Output(layer);
            for (int at = filter; at < weights.Length; at += output.Channels) weights[at] = values[at] > 0f || !pass.Network.Layers[layer].Traits.EndsInRelu
                ? 1f
                : FirstLeak * left;
            pass.InputGradient(layer, weights, gradient);
            Scale(gradient, 1f);
            AddSmoothing(image, shape, options.Smoothness * left, gradient);
            Scale(gradient, options.FirstStep * (0.1f + (0.9f * left)));
            for (int i = 0; i < image.Length; i++) image[i] = Math.Clamp(image[i] + gradient[i], 0f, 1f);
        }
    }

    private static float[] Noise(int size, int layer, int filter)
    {
        var field = new RandomField(0, RandomPurpose.ActivationMaximization, layer);
        var image = new float[size];
        for (int i = 0; i < size; i++) image[i] = 0.45f + (0.1f * field.Uniform((uint)i, (uint)filter));
        return image;
    }

    /// <summary>Gives a gradient a root mean square; one of zeros stays.</summary>
    private static void Scale(float[] gradient, float rootMeanSquare)
    {
        double sum = 0;
        foreach (float value in gradient) sum += (double)value * value;
        if (sum == 0) return;
        float factor = (float)(rootMeanSquare / Math.Sqrt(sum / gradient.Length));
        for (int i = 0; i < gradient.Length; i++) gradient[i] *= factor;
    }

    /// <summary>Minus half of the gradient of the sum of squared differences between neighbours: each pixel is drawn to them.</summary>
    private static void AddSmoothing(float[] image, TensorShape shape, float weight, float[] gradient)
    {
        int row = shape.Width * shape.Channels;
        for (int i = 0; i < image.Length; i++)
        {
            int column = i % row / shape.Channels;
            float pull = 0f;
            if (i >= row) pull += image[i - row] - image[i];
            if (i + row < image.Length) pull += image[i + row] - image[i];
            if (column > 0) pull += image[i - shape.Channels] - image[i];
            if (column < shape.Width - 1) pull += image[i + shape.Channels] - image[i];
            gradient[i] += weight * pull;
        }
    }
}
