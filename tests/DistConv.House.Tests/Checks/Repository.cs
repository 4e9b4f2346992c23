using DistConv.Tests.Shared;

namespace DistConv.House.Tests.Checks;

/// <summary>The files of the checkout that the tests run in, without what builds and runs leave behind.</summary>
internal static class Repository
{
    private static readonly string[] SkippedFolders = [".git", "bin", "obj", "TestResults", "artifacts", "distconv-jobs", "distconv-out", "node_modules"];

    /// <summary>Paths relative to the root, with forward slashes, in ordinal order.</summary>
    public static IReadOnlyList<string> Files { get; } = [.. List(new DirectoryInfo(Checkout.Root)).Order(StringComparer.Ordinal)];

    public static string Read(string path) => File.ReadAllText(Path.Combine(Checkout.Root, path));

    public static IEnumerable<string> WithExtension(params string[] extensions) =>
        Files.Where(path => extensions.Contains(Path.GetExtension(path), StringComparer.Ordinal));

    /// <summary>C# files below <c>src</c>.</summary>
    public static IEnumerable<string> Sources() => WithExtension(".cs").Where(path => path.StartsWith("src/", StringComparison.Ordinal));

    private static IEnumerable<string> List(DirectoryInfo folder)
    {
        foreach (FileInfo file in folder.EnumerateFiles()) yield return Path.GetRelativePath(Checkout.Root, file.FullName).Replace('\\', '/');
        foreach (DirectoryInfo child in folder.EnumerateDirectories().Where(child => !SkippedFolders.Contains(child.Name, StringComparer.Ordinal)))
        {
            foreach (string path in List(child)) yield return path;
        }
    }
}
