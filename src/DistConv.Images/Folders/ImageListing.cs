using System.Security.Cryptography;
using System.Text;
using DistConv.Core;
using DistConv.Training.Data;

namespace DistConv.Images.Folders;

/// <summary>The pictures of a folder, their classes, and which of them are held out. Nothing is decoded for it.</summary>
internal sealed class ImageListing
{
    /// <summary>A listing.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="classes">What the pictures are labelled with.</param>
    /// <param name="parts">The parts, put in order here.</param>
    public ImageListing(string root, IReadOnlyList<string> classes, ListedParts parts)
    {
        (Root, Classes, ValidationCount) = (root, classes, parts.Validation.Count);
        Train = [.. ImageEntry.InOrder(parts.Train), .. ImageEntry.InOrder(parts.Validation)];
        Test = ImageEntry.InOrder(parts.Test);
    }

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>What the pictures are labelled with.</summary>
    public LabelKind Kind { get; init; }

    /// <summary>Whether a label file says so; otherwise folders do.</summary>
    public bool HasLabelFile { get; init; }

    /// <summary>What was noticed.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>The classes: names of folders, in ordinal order, or those of a label file; or the names of the targets.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>What is trained on, and behind it what is for validation. The order mixes the classes, so that the first or last samples are of all of
    /// them.</summary>
    public ImageEntry[] Train { get; }

    /// <summary>How many of <see cref="Train"/>, the last ones, are for validation.</summary>
    public int ValidationCount { get; }

    /// <summary>What is held out, likewise in order.</summary>
    public ImageEntry[] Test { get; }

    /// <summary>Lists a folder: by a file <c>labels.csv</c> in it, or in each split's folder; otherwise by <see cref="FolderLayout"/>.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">Share and seed.</param>
    /// <returns>The listing.</returns>
    /// <exception cref="InvalidInputException">It is not there, or not laid out so; there is a class too few or too many, or no picture.</exception>
    public static ImageListing Of(string root, ImageFolderOptions options) => List(root, tree =>
        LabelledListing.PartsOf(tree) is { } parts ? LabelledListing.Of(tree, parts, options) : FolderListing.Of(tree, options));

    /// <summary>Lists a folder to evaluate a trained network on: its test split, or all of it if it has none. <see cref="Train"/> is empty.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="options">The seed.</param>
    /// <returns>The listing, whose classes are the folder's own.</returns>
    /// <exception cref="InvalidInputException">It is not there, or has no picture with a class.</exception>
    public static ImageListing ForEvaluation(string root, ImageFolderOptions options) => List(root, tree =>
        LabelledListing.PartsOf(tree) is { } parts ? LabelledListing.ForEvaluation(tree, parts, options) : FolderListing.ForEvaluation(tree, options));

    /// <summary>A hash of all names, lengths and times, and of what is made of them.</summary>
    /// <param name="options">The name with all options.</param>
    /// <returns>SHA-256 in hexadecimal.</returns>
    public string Key(string options)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{options}\n{string.Join('\n', Classes)}\n{Train.Length}\n{ValidationCount}\n"));
        if (HasLabelFile) hash.AppendData(Encoding.UTF8.GetBytes($"{Kind}\n"));
        foreach (ImageEntry entry in HasLabelFile ? Train.Concat(Test) : [])
        {
            hash.AppendData(BitConverter.GetBytes(entry.Label));
            foreach (float target in entry.Targets) hash.AppendData(BitConverter.GetBytes(target));
        }

        foreach (ImageEntry entry in Train.Concat(Test)) hash.AppendData(Encoding.UTF8.GetBytes($"{entry.Name}\n{entry.Stamp}\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static ImageListing List(string root, Func<PictureTree, ImageListing> list)
    {
        try
        {
            return list(PictureTree.Read(root));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidInputException($"cannot list the pictures of '{root}': {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }
}
