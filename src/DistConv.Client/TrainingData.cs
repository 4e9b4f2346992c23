using DistConv.Core;
using DistConv.Images.Folders;
using DistConv.Training.Data.Idx;
using DistConv.Training.Data.Npz;

namespace DistConv.Client;

/// <summary>What a job trains on.</summary>
public abstract record TrainingData
{
    private const string IdxPrefix = "idx:";

    private TrainingData()
    {
    }

    /// <summary>Reads NAME, images:DIR, idx:DIR or npz:FILE.</summary>
    /// <param name="text">The text.</param>
    /// <param name="images">How pictures become tensors, if it is a folder of them; null: as <see cref="Pictures"/> does by default.</param>
    /// <param name="idx">How IDX files become tensors; null: as they are.</param>
    /// <returns>The data set; nothing is looked up yet.</returns>
    /// <exception cref="InvalidInputException">A prefix lacks its folder.</exception>
    public static TrainingData Parse(string text, ImageFolderOptions? images = null, IdxOptions? idx = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        return text.StartsWith(ImageFolderOptions.PathPrefix, StringComparison.Ordinal) ? Pictures(Folder(text, ImageFolderOptions.PathPrefix), images)
            : text.StartsWith(NpzOptions.PathPrefix, StringComparison.Ordinal) ? Npz(
                File(text, NpzOptions.PathPrefix), images?.TestShare ?? NpzOptions.DefaultTestShare, images?.Seed ?? 0)
            : text.StartsWith(IdxPrefix, StringComparison.Ordinal) ? Idx(Folder(text, IdxPrefix), idx)
            : Named(text);
    }

    private static string Folder(string text, string prefix)
    {
        string folder = text[prefix.Length..];
        return string.IsNullOrWhiteSpace(folder) ? throw new InvalidInputException($"'{prefix}' lacks its folder; write {prefix}DIR") : folder;
    }

    private static string File(string text, string prefix)
    {
        string file = text[prefix.Length..];
        return string.IsNullOrWhiteSpace(file) ? throw new InvalidInputException($"'{prefix}' lacks its file; write {prefix}FILE") : file;
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
    /// <exception cref="InvalidInputException">No folder is named.</exception>
    public static TrainingData Pictures(string directory, ImageFolderOptions? options = null)
    {
        EnsureNamed(directory, "a folder of pictures");
        return new PictureFolder(directory, options ?? new ImageFolderOptions());
    }

    /// <summary>Images and labels in IDX files with MNIST's or similar names.</summary>
    /// <param name="directory">The folder that holds them; of several sets in it the beginning of the names of one, as in "DIR/emnist-letters".</param>
    /// <param name="options">How they become tensors; null: as they are.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="InvalidInputException">No folder is named.</exception>
    public static TrainingData Idx(string directory, IdxOptions? options = null)
    {
        EnsureNamed(directory, "a folder of IDX files");
        return new IdxFolder(directory, options ?? new IdxOptions());
    }

    /// <summary>Images and labels in a file of numpy arrays: x_train, y_train, x_test and y_test, or similar names, with or without a test part.</summary>
    /// <param name="file">The file.</param>
    /// <param name="testShare">The share of each class that is held out if the file has no test part, between 0 and 1.</param>
    /// <param name="seed">Key of which samples are held out.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="InvalidInputException">No file is named, or the share is out of range.</exception>
    public static TrainingData Npz(string file, double testShare = NpzOptions.DefaultTestShare, ulong seed = 0)
    {
        EnsureNamed(file, "an npz file");
        return testShare is > 0 and < 1 ? new NpzFile(file, new NpzOptions(Path.GetFileName(Path.GetFullPath(file)), testShare, seed))
            : throw new InvalidInputException([new SettingProblem("data", $"has a test share of {testShare}; give a number above 0 and below 1")]);
    }

    private static void EnsureNamed(string directory, string what)
    {
        ArgumentNullException.ThrowIfNull(directory);
        if (string.IsNullOrWhiteSpace(directory)) throw new InvalidInputException([new SettingProblem("data", $"has no directory; name {what}")]);
    }

    internal sealed record NamedSet(string Name) : TrainingData;

    internal sealed record IdxFolder(string Directory, IdxOptions Options) : TrainingData;

    internal sealed record NpzFile(string Path, NpzOptions Options) : TrainingData
    {
        /// <summary>The folder in which <see cref="NpzOptions.ToName"/> finds the file again.</summary>
        public string Directory => System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!;
    }

    internal sealed record PictureFolder(string Directory, ImageFolderOptions Options) : TrainingData
    {
        /// <summary>The data set's name in a specification: the folder's own name and the options, never its path.</summary>
        public string SpecificationName => Options.ToName(Path.GetFileName(Path.GetFullPath(Directory).TrimEnd(Path.DirectorySeparatorChar)));
    }
}
