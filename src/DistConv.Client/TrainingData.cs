using DistConv.Core;
using DistConv.Images.Folders;

namespace DistConv.Client;

/// <summary>What a job trains on.</summary>
public abstract record TrainingData
{
    private TrainingData()
    {
    }

    /// <summary>A data set that is known by name: "digits" (drawn by DistConv, needs no file), "mnist", "fashion-mnist" or "cifar10".</summary>
    /// <param name="name">The name.</param>
    /// <returns>The data set.</returns>
    public static TrainingData Named(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return new NamedSet(name);
    }

    /// <summary>A folder of pictures with one folder for each class, in train and test if there are such folders.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="options">How pictures become tensors; null: scaled to the model's input, with a fifth of each class held out.</param>
    /// <returns>The data set.</returns>
    public static TrainingData Pictures(string directory, ImageFolderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return directory.Trim().Length > 0
            ? new PictureFolder(directory, options ?? new ImageFolderOptions())
            : throw new InvalidInputException("'images:' lacks its folder; write images:DIR");
    }

    /// <summary>Grey images and labels in IDX files with MNIST's names.</summary>
    /// <param name="directory">The folder that holds them.</param>
    /// <returns>The data set.</returns>
    public static TrainingData Idx(string directory)
    {
        ArgumentNullException.ThrowIfNull(directory);
        return new IdxFolder(directory);
    }

    internal sealed record NamedSet(string Name) : TrainingData;

    internal sealed record IdxFolder(string Directory) : TrainingData;

    internal sealed record PictureFolder(string Directory, ImageFolderOptions Options) : TrainingData
    {
        /// <summary>The data set's name in a specification: the folder's own name and the options, never its path.</summary>
        public string SpecificationName => Options.ToName(Path.GetFileName(Path.GetFullPath(Directory).TrimEnd(Path.DirectorySeparatorChar)));
    }
}
