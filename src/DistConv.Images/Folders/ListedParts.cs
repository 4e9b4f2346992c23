using DistConv.Core;

namespace DistConv.Images.Folders;

/// <summary>The pictures of a folder by what they are for.</summary>
internal sealed class ListedParts
{
    /// <summary>To train on.</summary>
    public List<ImageEntry> Train { get; private set; } = [];

    /// <summary>To validate by.</summary>
    public List<ImageEntry> Validation { get; } = [];

    /// <summary>Held out.</summary>
    public List<ImageEntry> Test { get; } = [];

    /// <summary>The pictures of a split.</summary>
    public List<ImageEntry> this[SplitRole role] => role switch
    {
        SplitRole.Train => Train,
        SplitRole.Validation => Validation,
        SplitRole.Test => Test,
        _ => throw new InvalidOperationException($"no pictures for {role}"),
    };

    /// <summary>Without a test split, holds out a share of each class of the training split: the first pictures by hash, so that a new picture moves at most a
    /// few of the others.</summary>
    /// <param name="root">The folder, for messages.</param>
    /// <param name="options">The share.</param>
    /// <param name="train">What the training split is called if the folder has splits, or null.</param>
    /// <param name="notes">Gets a line about it if the folder has splits, and one about the classes of which nothing is held out.</param>
    /// <param name="classes">What the classes are called.</param>
    /// <exception cref="InvalidInputException">Nothing is held out, or left.</exception>
    public void HoldOut(string root, ImageFolderOptions options, string? train, IReadOnlyList<string> classes, List<string> notes)
    {
        if (Test.Count == 0)
        {
            List<ImageEntry> kept = [];
            List<string> whole = [];
            foreach (IGrouping<int, ImageEntry> members in Train.GroupBy(entry => entry.Label))
            {
                ImageEntry[] ordered = ImageEntry.InOrder(members);
                int count = (int)Math.Round(ordered.Length * options.TestShare, MidpointRounding.AwayFromZero);
                Test.AddRange(ordered.Take(count));
                kept.AddRange(ordered.Skip(count));
                if (count == 0 && classes.Count > 1) whole.Add(classes[members.Key]);
            }

            Train = kept;
            if (train is not null && Test.Count > 0)
                notes.Add($"'{root}' has no pictures in a test split: {Test.Count:N0} of '{train}' are held out as the test set, a share of "
                    + $"{options.TestShare} of each class");
            if (whole.Count > 0 && Test.Count > 0)
                notes.Add($"no picture is held out of {whole.Count} {LeftOut.Plural("class", whole.Count)} with too few for a share of {options.TestShare} "
                    + $"({LeftOut.Named(whole)})");
        }

        if (Train.Count == 0)
            throw new InvalidInputException($"no picture of '{root}' is left to train on: give more pictures, or a smaller test split");
        if (Test.Count == 0) throw new InvalidInputException(
            $"no picture of '{root}' is held out: give more than {Train.Count} pictures, a larger test split, or folders 'train' and 'test'");
    }
}
