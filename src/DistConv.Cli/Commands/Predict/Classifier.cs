using DistConv.Core;
using DistConv.Core.Networks;
using DistConv.Images.Decoding;
using DistConv.Training.Snapshots;
using DistConv.Training.Steps;

namespace DistConv.Cli.Commands.Predict;

/// <summary>What a network says about a picture, or why it could not be asked.</summary>
/// <param name="Path">The file.</param>
/// <param name="Ranking">The classes, the most probable first; chosen as evaluation does: by the values before softmax, of equal ones the first.</param>
/// <param name="Probabilities">One for each class.</param>
/// <param name="BorderMean">Mean of the outermost pixels as the network sees them, 0 … 255.</param>
/// <param name="Error">The line to show if the file is no picture.</param>
internal sealed record Prediction(string Path, int[] Ranking, float[] Probabilities, double BorderMean, string? Error);

/// <summary>Runs pictures through a network, on several threads.</summary>
/// <param name="network">The network.</param>
/// <param name="options">How pictures become its input.</param>
internal sealed class Classifier(SnapshotNetwork network, PictureOptions options) : IDisposable
{
    private readonly PictureReader _reader = new(network.Network.Plan.Model.Input, options);
    private readonly ThreadLocal<SamplePass> _passes = new(network.CreatePass, trackAllValues: true);

    /// <summary>Classifies pictures.</summary>
    /// <param name="paths">The files; taken as there is room.</param>
    /// <param name="threads">How many at a time.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>A prediction for each, in order.</returns>
    public IEnumerable<Prediction> Classify(IEnumerable<string> paths, int threads, CancellationToken stop) => paths
        .AsParallel().AsOrdered().WithDegreeOfParallelism(int.Min(threads, 512)).WithMergeOptions(ParallelMergeOptions.NotBuffered).WithCancellation(stop)
        .Select(Classify);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SamplePass pass in _passes.Values) pass.Dispose();
        _passes.Dispose();
    }

    private Prediction Classify(string path)
    {
        byte[] pixels = new byte[_reader.Shape.Size];
        try
        {
            _reader.Read(path, pixels);
        }
        catch (InvalidInputException e)
        {
            return new Prediction(path, [], [], 0, e.Message);
        }

        float[] values = new float[pixels.Length], probabilities = new float[network.Network.Plan.Classes];
        PixelValues.Fill(pixels, values);
        SamplePass pass = _passes.Value!;
        pass.Forward(values);
        pass.Probabilities(probabilities);
        float[] logits = pass.Logits.ToArray();
        int[] ranking = [.. Enumerable.Range(0, logits.Length).OrderByDescending(label => logits[label])];
        return new Prediction(path, ranking, probabilities, BorderMean(pixels), null);
    }

    private double BorderMean(byte[] pixels)
    {
        int height = _reader.Shape.Height, width = _reader.Shape.Width, channels = _reader.Shape.Channels;
        long sum = 0, count = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i / channels % width, y = i / channels / width;
            if (x > 0 && x < width - 1 && y > 0 && y < height - 1) continue;
            sum += pixels[i];
            count++;
        }

        return (double)sum / count;
    }
}
