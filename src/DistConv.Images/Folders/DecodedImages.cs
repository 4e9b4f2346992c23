using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>The tensors of a folder of pictures, in memory or in a file.</summary>
/// <param name="Train">What is trained on, and behind it what is for validation.</param>
/// <param name="Test">What is held out.</param>
/// <param name="ValidationCount">How many samples of <paramref name="Train"/>, the last ones, are for validation.</param>
/// <param name="Skipped">A line for each picture that cannot be read and was left out.</param>
internal sealed record DecodedImages(IDataset Train, IDataset Test, int ValidationCount, IReadOnlyList<string> Skipped);

/// <summary>Takes pictures one after the other.</summary>
/// <param name="pixels">The bytes of one, valid during the call.</param>
internal delegate void PictureSink(ReadOnlySpan<byte> pixels);
