using DistConv.Client;
using DistConv.Images.Folders;

namespace DistConv.Cli.Options;

/// <summary>Data sets as a command line names them.</summary>
internal static class DataChoice
{
    private const string IdxPrefix = "idx:";

    /// <summary>Reads NAME, images:DIR or idx:DIR.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="images">How pictures become tensors, if it is a folder of them.</param>
    public static TrainingData Parse(string text, ImageFolderOptions images) =>
        text.StartsWith(ImageFolderOptions.PathPrefix, StringComparison.Ordinal) ? TrainingData.Pictures(text[ImageFolderOptions.PathPrefix.Length..], images)
        : text.StartsWith(IdxPrefix, StringComparison.Ordinal) ? TrainingData.Idx(text[IdxPrefix.Length..])
        : TrainingData.Named(text);
}
