using DistConv.Core;
using DistConv.Images.Decoding;

namespace DistConv.Images.Folders;

/// <summary>A picture file in a folder.</summary>
/// <param name="Name">Its path in the folder, with "/".</param>
/// <param name="File">The file.</param>
internal sealed record TreePicture(string Name, FileInfo File);

/// <summary>Everything below a folder, read once: picture files, folders and label files, and what is left out for what it is. Links to folders are followed,
/// but for those that lead back to a folder above themselves.</summary>
internal sealed class PictureTree
{
    private static readonly EnumerationOptions _everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private static readonly string[] _systemFolders = ["__MACOSX", "@eaDir", "$RECYCLE.BIN", "System Volume Information", "lost+found"];
    private static readonly string[] _systemFiles = ["Thumbs.db", "desktop.ini", "ehthumbs.db"];

    private static readonly LeftOutReason _hiddenPicture = new("picture", "with a hidden name");
    private static readonly LeftOutReason _hiddenFolder = new("folder", "that is hidden or the system's");
    private static readonly LeftOutReason _loop = new("link", "that leads back to a folder above it");
    private static readonly LeftOutReason _otherFile = new("file", "of other kinds than pictures");
    private static readonly LeftOutReason _otherPicture =
        new("picture", "of kinds that are not read", $": convert to PNG or JPEG ({PictureFile.Known} are read)");

    private readonly List<string> _folders = [];
    private readonly Dictionary<string, string> _labelFiles = new(StringComparer.Ordinal);
    private readonly HashSet<string> _withPictures = new(StringComparer.Ordinal);

    private PictureTree(string root) => Root = root;

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The pictures, wherever they lie.</summary>
    public List<TreePicture> Pictures { get; } = [];

    /// <summary>What is no sample for what it is or where it lies.</summary>
    public LeftOut LeftOut { get; } = new();

    /// <summary>Reads a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <exception cref="InvalidInputException">It is not there, or is no folder.</exception>
    /// <exception cref="IOException">A folder in it cannot be read; also <see cref="UnauthorizedAccessException"/>.</exception>
    public static PictureTree Read(string root)
    {
        if (!Directory.Exists(root)) throw new InvalidInputException(File.Exists(root)
            ? $"'{root}' is a file, and not a folder of pictures; unpack it if it is an archive, and name the folder"
            : $"the folder of pictures '{root}' does not exist");
        PictureTree tree = new(root);
        DirectoryInfo folder = new(root);
        tree.Visit(folder, "", RealPath(folder, Path.GetFullPath(root)));
        foreach (TreePicture picture in tree.Pictures)
        {
            for (int at = picture.Name.LastIndexOf('/'); at >= 0 && tree._withPictures.Add(picture.Name[..at]);) at = picture.Name.LastIndexOf('/', at - 1);
        }

        return tree;
    }

    /// <summary>The names of the folders that lie directly in one.</summary>
    /// <param name="prefix">The folder's path in the tree, with "/" at its end; "" for the root.</param>
    /// <returns>In ordinal order.</returns>
    public string[] FoldersIn(string prefix) =>
    [
        .. _folders.Where(name => name.StartsWith(prefix, StringComparison.Ordinal) && name.IndexOf('/', prefix.Length) < 0)
            .Select(name => name[prefix.Length..]).Order(StringComparer.Ordinal),
    ];

    /// <summary>Whether a picture lies below a folder, however deep.</summary>
    /// <param name="folder">Its path in the tree, without "/" at its end.</param>
    public bool HasPictures(string folder) => _withPictures.Contains(folder);

    /// <summary>The label file in a folder.</summary>
    /// <param name="prefix">The folder's path in the tree, with "/" at its end; "" for the root.</param>
    /// <returns>Its path, or null.</returns>
    public string? LabelFileIn(string prefix) => _labelFiles.TryGetValue(prefix, out string? name) ? Path.Combine(Root, prefix, name) : null;

    private void Visit(DirectoryInfo folder, string prefix, string realPath)
    {
        foreach (FileSystemInfo item in folder.EnumerateFileSystemInfos("*", _everything))
        {
            string name = prefix + item.Name;
            bool isHidden = item.Name.StartsWith('.') || (OperatingSystem.IsWindows() && item.Attributes.HasFlag(FileAttributes.Hidden));
            if (item is FileInfo file)
            {
                AddFile(file, prefix, isHidden);
                continue;
            }

            string itsRealPath = RealPath(item, Path.Combine(realPath, item.Name));
            if (isHidden || _systemFolders.Contains(item.Name)) LeftOut.Add(_hiddenFolder, name);
            else if (IsInside(realPath, itsRealPath)) LeftOut.Add(_loop, name);
            else
            {
                _folders.Add(name);
                Visit((DirectoryInfo)item, name + "/", itsRealPath);
            }
        }
    }

    private void AddFile(FileInfo file, string prefix, bool isHidden)
    {
        string name = prefix + file.Name;
        bool isPicture = PictureFile.HasEnding(file.Name), isOtherPicture = PictureFile.HasOtherEnding(file.Name);
        if (isHidden && (isPicture || isOtherPicture)) LeftOut.Add(_hiddenPicture, name);
        else if (isHidden || _systemFiles.Contains(file.Name, StringComparer.OrdinalIgnoreCase)) return; // The system's, and no one's data.
        else if (isPicture) Pictures.Add(new TreePicture(name, file));
        else if (isOtherPicture) LeftOut.Add(_otherPicture, name);
        else if (file.Name.Equals(LabelFile.Name, StringComparison.OrdinalIgnoreCase))
        {
            if (!_labelFiles.TryAdd(prefix, file.Name) && file.Name == LabelFile.Name) _labelFiles[prefix] = file.Name;
        }
        else LeftOut.Add(_otherFile, name);
    }

    /// <summary>Where a folder lies, if it is a link; otherwise where its parent says.</summary>
    private static string RealPath(FileSystemInfo folder, string path) => folder.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path;

    private static bool IsInside(string path, string folder) =>
        path == folder || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        || folder == Path.GetPathRoot(folder);
}
