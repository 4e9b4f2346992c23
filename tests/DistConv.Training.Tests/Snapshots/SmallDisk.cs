using System.Diagnostics;
using Xunit;

namespace DistConv.Training.Tests.Snapshots;

/// <summary>A disk of half a megabyte, in memory: it can be filled to the last byte. Needs the right to mount.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Options = "size=512k";

    private SmallDisk(string root) => Root = root;

    public string Root { get; }

    private string Ballast => Path.Combine(Root, "ballast");

    /// <summary>A new one; skips the test where it cannot be had.</summary>
    public static SmallDisk Mount()
    {
        Assert.SkipUnless(
            OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a full disk is made by mounting a small one, which only root on Linux may");
        var disk = new SmallDisk(Directory.CreateTempSubdirectory("distconv-disk-").FullName);
        if (Run("mount", "-t", "tmpfs", "-o", Options, "tmpfs", disk.Root)) return disk;
        Directory.Delete(disk.Root);
        Assert.Skip("this container may not mount a small disk");
        return disk;
    }

    /// <summary>Leaves no page free.</summary>
    public void Fill()
    {
        using FileStream stream = new(Ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        byte[] page = new byte[4096];
        try
        {
            while (true) stream.Write(page);
        }
        catch (IOException)
        {
            Assert.Equal(0, new DriveInfo(Root).AvailableFreeSpace);
        }
    }

    public void Free() => File.Delete(Ballast);

    /// <summary>From now on nothing can be written, or again.</summary>
    public void Protect(bool readOnly) => Assert.True(Run("mount", "-o", $"remount,{(readOnly ? "ro" : "rw")},{Options}", Root));

    public void Dispose()
    {
        Assert.True(Run("umount", Root));
        Directory.Delete(Root);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
