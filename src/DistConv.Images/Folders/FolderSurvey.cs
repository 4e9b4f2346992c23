using DistConv.Core;
using DistConv.Images.Decoding;

namespace DistConv.Images.Folders;

/// <summary>What the pictures of a folder are like, by their headers: nothing is decoded for it.</summary>
/// <param name="Training">Pictures to train on, those for validation included.</param>
/// <param name="HeldOut">Pictures that are held out.</param>
/// <param name="Sizes">How many different sizes there are among the pictures that were looked at.</param>
/// <param name="Size">Rows and columns to train on: the pictures' own if they have one size of at most 64 × 64, otherwise a square that suits them.</param>
/// <param name="IsGrey">Whether all of them are stored as grey.</param>
public sealed record FolderSurvey(int Training, int HeldOut, int Sizes, (int Height, int Width) Size, bool IsGrey)
{
    /// <summary>The largest side that is chosen.</summary>
    public const int LargestSide = 64;

    /// <summary>Of a larger folder, so many pictures are looked at, spread over all of it.</summary>
    private const int MostLookedAt = 512;

    /// <summary>Looks at a folder.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="options">Share and seed of what is held out.</param>
    /// <returns>What was seen. Pictures that cannot be read are left out: decoding says what is wrong with them.</returns>
    /// <exception cref="InvalidInputException">There is no such folder, or it is not laid out as a data set.</exception>
    public static FolderSurvey Of(string directory, ImageFolderOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        ArgumentNullException.ThrowIfNull(options);
        ImageListing listing = ImageListing.Of(directory, options);
        ImageEntry[] all = [.. listing.Train, .. listing.Test];
        int every = (all.Length + MostLookedAt - 1) / MostLookedAt;
        List<(int Height, int Width)> sizes = [];
        bool isGrey = true;
        foreach (ImageEntry entry in all.Where((_, i) => i % every == 0))
        {
            try
            {
                using PictureFile file = PictureFile.Open(Path.Combine(listing.Root, entry.Name));
                sizes.Add((file.Height, file.Width));
                isGrey &= file.IsGrey;
            }
            catch (InvalidInputException)
            {
                continue;
            }
        }

        int different = sizes.Distinct().Count();
        bool fits = different == 1 && int.Max(sizes[0].Height, sizes[0].Width) <= LargestSide;
        int side = sizes.Count == 0 ? LargestSide : SizeSuggestion.Of(sizes);
        return new FolderSurvey(listing.Train.Length, listing.Test.Length, different, fits ? sizes[0] : (side, side), isGrey && sizes.Count > 0);
    }
}
