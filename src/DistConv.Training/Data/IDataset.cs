using DistConv.Core.Shapes;

namespace DistConv.Training.Data;

/// <summary>
/// One split (training or held-out) of a labelled image data set. Samples are bytes, NHWC; the network sees <c>value / 255f</c> (a division, so that
/// the bits are the same everywhere). Implementations are safe for concurrent reads.
/// </summary>
public interface IDataset
{
    /// <summary>Number of samples.</summary>
    int Count { get; }

    /// <summary>Shape of one image.</summary>
    TensorShape Shape { get; }

    /// <summary>What the samples are labelled with.</summary>
    LabelKind Labels => LabelKind.Class;

    /// <summary>Number of targets of a sample; 0 if it has a class.</summary>
    int TargetCount => 0;

    /// <summary>Number of classes; labels are 0 … ClassCount − 1. Of several labels as many; of numbers 0.</summary>
    int ClassCount { get; }

    /// <summary>The bytes of one image, in row-major order (height, width, channels). Valid until the same thread asks a data set for
    /// another.</summary>
    /// <param name="index">Sample, 0 … Count − 1.</param>
    /// <returns><see cref="TensorShape.Size"/> bytes.</returns>
    /// <exception cref="Core.InvalidInputException">It is read from a file, which cannot be read or has changed.</exception>
    ReadOnlySpan<byte> Image(int index);

    /// <summary>How many samples <see cref="Announce"/> takes at once; 0: images are in memory, and nothing is read ahead.</summary>
    int ReadAhead => 0;

    /// <summary>Says which images will be asked for next, so that they can be read before. It changes nothing but the time that <see cref="Image"/>
    /// takes: any image may be asked for at any time.</summary>
    /// <param name="samples">Samples in the order in which they will be needed, instead of those that were announced before.</param>
    void Announce(ReadOnlySpan<int> samples)
    {
    }

    /// <summary>The class of one image.</summary>
    /// <param name="index">Sample, 0 … Count − 1.</param>
    /// <returns>0 … ClassCount − 1; 0 if it has targets.</returns>
    int Label(int index);

    /// <summary>The targets of one image.</summary>
    /// <param name="index">Sample, 0 … Count − 1.</param>
    /// <returns><see cref="TargetCount"/> finite numbers; empty if it has a class.</returns>
    ReadOnlySpan<float> Targets(int index) => default;
}
