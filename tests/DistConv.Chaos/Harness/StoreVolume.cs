using System.Diagnostics;

namespace DistConv.Chaos.Harness;

/// <summary>
/// The job store's folder: a small file system of its own where that is allowed, so that it can be filled. Its writes can be made to fail, too: by the
/// immutable flag as root (who may write whatever the mode says), else by the mode.
/// </summary>
internal sealed class StoreVolume : IAsyncDisposable
{
    private const int MegaBytes = 96;

    private readonly bool _mounted;
    private readonly List<string> _refusing = [];

    private StoreVolume(string path, bool mounted) => (Path, _mounted) = (path, mounted);

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Whether it can be filled.</summary>
    public bool CanFill => _mounted;

    /// <summary>Whether writes can be made to fail.</summary>
    public static bool CanRefuse => OperatingSystem.IsLinux() && (Environment.UserName != "root" || Tool.Exists("chattr"));

    private string FillFile => System.IO.Path.Combine(Path, ".fill");

    /// <summary>Makes the folder.</summary>
    /// <param name="path">It does not exist yet.</param>
    /// <param name="own">Whether to try a file system of its own.</param>
    public static async Task<StoreVolume> CreateAsync(string path, bool own)
    {
        Directory.CreateDirectory(path);
        bool mounted = own && OperatingSystem.IsLinux() && Environment.UserName == "root"
            && (await Tool.TryAsync("mount", "-t", "tmpfs", "-o", $"size={MegaBytes}m", "distconv-chaos", path)).ExitCode == 0;
        return new StoreVolume(path, mounted);
    }

    /// <summary>Leaves no byte free.</summary>
    public void Fill()
    {
        using FileStream file = new(FillFile, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (int length = 1 << 20; length > 0; length /= 4)
        {
            byte[] zeros = new byte[length];
            try
            {
                while (true) file.Write(zeros);
            }
            catch (IOException)
            {
                // No room for so much: try less.
            }
        }
    }

    /// <summary>Has every creation, renaming and removal in a job's folder fail.</summary>
    public async Task RefuseAsync(string jobFolder)
    {
        foreach (string folder in (string[])[jobFolder, System.IO.Path.Combine(jobFolder, "snapshots")])
        {
            if (!Directory.Exists(folder)) continue;
            _refusing.Add(folder);
            await (Environment.UserName == "root" ? Tool.RunAsync("chattr", "+i", folder) : Tool.RunAsync("chmod", "a-w", folder));
        }
    }

    /// <summary>Ends both.</summary>
    public async Task HealAsync()
    {
        File.Delete(FillFile);
        foreach (string folder in _refusing) await (
            Environment.UserName == "root" ? Tool.RunAsync("chattr", "-i", folder) : Tool.RunAsync("chmod", "u+w", folder));
        _refusing.Clear();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await HealAsync();
        if (_mounted) await Tool.TryAsync("cp", "-a", Path, $"{Path}-after"); // The small disk's files go with it, and somebody may want to look.
        long started = Stopwatch.GetTimestamp();
        while (_mounted && (await Tool.TryAsync("umount", Path)).ExitCode != 0 && Stopwatch.GetElapsedTime(started).TotalSeconds < 10) await Task.Delay(100);
    }
}
