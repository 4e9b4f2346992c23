namespace DistConv.Cli.Tests.Support;

/// <summary>A folder of one test.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("distconv-cli-").FullName;

    public string this[string name] => Path.Combine(FullPath, name);

    /// <summary>Everything in it, with sizes: what a command must not change.</summary>
    public string[] Listing() =>
        [.. Directory.EnumerateFileSystemEntries(FullPath, "*", SearchOption.AllDirectories)
            .Select(path => $"{Path.GetRelativePath(FullPath, path)} {(File.Exists(path) ? new FileInfo(path).Length : -1)}").Order(StringComparer.Ordinal)];

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(FullPath, recursive: true);
}
