using System.Runtime.InteropServices;

namespace DistConv.Core.Tests.Kernels;

/// <summary>Memory pages from the operating system, with an inaccessible one before and after.</summary>
internal static unsafe partial class NativePages
{
    private const int ProtectionNone = 0, ProtectionReadWrite = 3;
    private const int MapPrivate = 2;
    private const uint CommitReserve = 0x3000, Release = 0x8000, NoAccess = 1, ReadWrite = 4;

    private static int MapAnonymous => OperatingSystem.IsMacOS() ? 0x1000 : 0x20;

    /// <summary>Maps <paramref name="bytes"/> (whole pages) between two guards of a page each; null if the system cannot.</summary>
    public static byte* Allocate(nuint bytes)
    {
        nuint page = (nuint)Environment.SystemPageSize, total = bytes + (2 * page);
        if (OperatingSystem.IsWindows())
        {
            byte* start = (byte*)VirtualAlloc(null, total, CommitReserve, ReadWrite);
            if (start == null) return null;
            bool guarded = VirtualProtect(start, page, NoAccess, out _) != 0 && VirtualProtect(start + page + bytes, page, NoAccess, out _) != 0;
            return guarded ? start + page : null;
        }

        if (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS())
        {
            byte* start = (byte*)Map(null, total, ProtectionReadWrite, MapPrivate | MapAnonymous, -1, 0);
            if ((nint)start == -1) return null;
            bool guarded = Protect(start, page, ProtectionNone) == 0 && Protect(start + page + bytes, page, ProtectionNone) == 0;
            return guarded ? start + page : null;
        }

        return null;
    }

    /// <summary>Gives back what <see cref="Allocate"/> gave.</summary>
    public static void Free(byte* pages, nuint bytes)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        if (OperatingSystem.IsWindows()) _ = VirtualFree(pages - page, 0, Release);
        else _ = Unmap(pages - page, bytes + (2 * page));
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect")]
    private static partial int Protect(void* address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("kernel32")]
    private static partial void* VirtualAlloc(void* address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualProtect(void* address, nuint size, uint protection, out uint old);

    [LibraryImport("kernel32")]
    private static partial int VirtualFree(void* address, nuint size, uint type);
}
