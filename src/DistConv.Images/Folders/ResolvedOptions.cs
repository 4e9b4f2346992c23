using DistConv.Core;
using DistConv.Training.Files;

namespace DistConv.Images.Folders;

/// <summary>
/// Size and colours that were found out from the pictures themselves, kept beside the tensors, so that the next run finds these without opening a picture.
/// </summary>
/// <param name="place">Where the tensors for the options as given would be.</param>
/// <param name="key">The key of the listing.</param>
internal sealed class ResolvedOptions(string place, string key)
{
    private readonly string _path = Path.ChangeExtension(place, ".options");

    /// <summary>What is kept.</summary>
    /// <returns>All options; null if they are of another listing, or not there.</returns>
    public ImageFolderOptions? TryRead()
    {
        try
        {
            return File.ReadAllLines(_path) is [var known, var name] && known == key ? ImageFolderOptions.Parse(name).Options : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidInputException)
        {
            return null;
        }
    }

    /// <summary>Keeps options.</summary>
    /// <exception cref="InvalidInputException">They cannot be written.</exception>
    public void Write(ImageFolderOptions options) => OutputFile.Write(_path, "cache of decoded pictures", stream =>
    {
        using StreamWriter writer = new(stream, leaveOpen: true);
        writer.Write($"{key}\n{options.ToName("")}\n");
    });
}
