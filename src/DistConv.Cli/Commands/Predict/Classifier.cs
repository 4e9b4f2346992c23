using DistConv.Client;
using DistConv.Core;
using DistConv.Core.Shapes;

namespace DistConv.Cli.Commands.Predict;

/// <summary>What a network says about a picture file, or why it could not be asked.</summary>
/// <param name="Path">The file.</param>
/// <param name="Prediction">The answer; null if the file is no picture.</param>
/// <param name="BorderMean">Mean of the outermost pixels as the network sees them, 0 … 255.</param>
/// <param name="Error">The line to show if the file is no picture.</param>
internal sealed record ClassifiedPicture(string Path, Prediction? Prediction, double BorderMean, string? Error);

/// <summary>Runs picture files through a network, on several threads.</summary>
/// <param name="model">The network.</param>
internal sealed class Classifier(TrainedModel model)
{
    /// <summary>Classifies pictures.</summary>
    /// <param name="paths">The files; taken as there is room.</param>
    /// <param name="threads">How many at a time.</param>
    /// <param name="stop">Ends it.</param>
    /// <returns>An answer for each, in order.</returns>
    public IEnumerable<ClassifiedPicture> Classify(IEnumerable<string> paths, int threads, CancellationToken stop) => paths
        .AsParallel().AsOrdered().WithDegreeOfParallelism(int.Min(threads, 512)).WithMergeOptions(ParallelMergeOptions.NotBuffered).WithCancellation(stop)
        .Select(Classify);

    private ClassifiedPicture Classify(string path)
    {
        try
        {
            byte[] pixels = model.ReadPixels(path);
            return new ClassifiedPicture(path, model.Predict(pixels), BorderMean(pixels, model.InputShape), null);
        }
        catch (InvalidInputException e)
        {
            return new ClassifiedPicture(path, null, 0, e.Message);
        }
    }

    private static double BorderMean(byte[] pixels, TensorShape shape)
    {
        long sum = 0, count = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            int x = i / shape.Channels % shape.Width, y = i / shape.Channels / shape.Width;
            if (x > 0 && x < shape.Width - 1 && y > 0 && y < shape.Height - 1) continue;
            sum += pixels[i];
            count++;
        }

        return (double)sum / count;
    }
}
