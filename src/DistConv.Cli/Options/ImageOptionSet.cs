using System.CommandLine;
using DistConv.Core;
using DistConv.Images.Decoding;
using DistConv.Images.Folders;
using DistConv.Training.Data.Npz;

namespace DistConv.Cli.Options;

/// <summary>How a folder of pictures becomes a data set: for commands that name one by <c>images:DIR</c>. A job's specification keeps it.</summary>
internal sealed class ImageOptionSet
{
    private static readonly ImageFolderOptions Defaults = new();

    private readonly Option<string?> _size =
        CommonOptions.Text("--image-size", "HxW", "Of images:DIR: rows and columns of the tensors [default: the model's input].");
    private readonly Option<string?> _color =
        CommonOptions.Text("--image-color", "COLOR", "Of images:DIR: grey or rgb tensors [default: what the model takes].");
    private readonly Option<string?> _fit = CommonOptions.Text(
        "--image-fit", "FIT", $"Of images:DIR: what becomes of other proportions: {string.Join(", ", PictureOptions.FitNames)} [default: stretch].");
    private readonly Option<double?> _testSplit = NumberOption.Real<double>(
        "--test-split", "F", $"Of images:DIR or npz:FILE without a part for tests: the share of each class that is held out [default: {Defaults.TestShare}].",
            "a number between 0 and 1", value => value is > 0 and < 1);

    private readonly Option<ulong?> _splitSeed = NumberOption.Whole(
        "--split-seed", "N", $"Of images:DIR and npz:FILE: key of the order of samples, and of which are held out [default: {Defaults.Seed}].",
        0UL, ulong.MaxValue);
    private readonly Option<string?> _unreadable = Unreadable();

    private Option[] All => [_size, _color, _fit, _testSplit, _splitSeed, _unreadable];

    /// <summary>The options that other files than pictures have too.</summary>
    private Option[] SplitOptionsOf(string data) => data.StartsWith(NpzOptions.PathPrefix, StringComparison.Ordinal) ? [_testSplit, _splitSeed] : [];

    /// <summary><c>--unreadable</c>, for a command that takes no other of these.</summary>
    public static Option<string?> Unreadable() =>
        CommonOptions.Text("--unreadable", "HOW", "Of images:DIR: refuse or skip pictures that cannot be read [default: refuse].");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in All) command.Add(option);
    }

    /// <summary>Reads them.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="data">The data set.</param>
    /// <param name="unless">What holds where no option says otherwise; null: the defaults.</param>
    /// <returns>The options; without effect on other data sets.</returns>
    /// <exception cref="InvalidInputException">One has a value that it does not know, or the data set is no folder of pictures.</exception>
    public ImageFolderOptions Read(ParseResult parsed, string data, ImageFolderOptions? unless = null)
    {
        ImageFolderOptions defaults = unless ?? Defaults;
        if (!data.StartsWith(ImageFolderOptions.PathPrefix, StringComparison.Ordinal)
            && All.Except(SplitOptionsOf(data)).FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given)
            throw new InvalidInputException($"{given.Name} is for pictures, --data images:DIR; the data set here is '{data}'");
        return new ImageFolderOptions
        {
            Size = ImageFolderOptions.ParseSize("--image-size", parsed.GetValue(_size)) ?? defaults.Size,
            IsGrey = ImageFolderOptions.ParseColor("--image-color", parsed.GetValue(_color)) ?? defaults.IsGrey,
            Fit = PictureOptions.ParseFit("--image-fit", parsed.GetValue(_fit)),
            TestShare = parsed.GetValue(_testSplit) ?? defaults.TestShare,
            Seed = parsed.GetValue(_splitSeed) ?? defaults.Seed,
            SkipsUnreadable = ImageFolderOptions.ParseUnreadable("--unreadable", parsed.GetValue(_unreadable)),
        };
    }
}
