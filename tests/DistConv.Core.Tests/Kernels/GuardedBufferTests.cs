using Microsoft.Win32.SafeHandles;
using Xunit;
using Xunit.Sdk;

namespace DistConv.Core.Tests.Kernels;

public sealed unsafe class GuardedBufferTests
{
    [Theory]
    [InlineData(Placement.GuardAfter)]
    [InlineData(Placement.GuardBefore)]
    public void Constructor_onKnownSystems_isGuarded(Placement placement)
    {
        using var buffer = new GuardedBuffer(100, placement);
        Assert.Equal(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS() || OperatingSystem.IsWindows(), buffer.IsGuarded);
    }

    [Theory]
    [InlineData(Placement.GuardAfter, 1)]
    [InlineData(Placement.GuardBefore, -1)]
    public void Guard_readByTheSystem_isInaccessible(Placement placement, int direction)
    {
        // The system copies from memory into a file; from an inaccessible page it answers with an error, where a kernel would crash.
        using var buffer = new GuardedBuffer(5000, placement);
        Assert.SkipUnless(buffer.IsGuarded, "no guard pages on this system");
        string path = Path.GetTempFileName();
        try
        {
            using SafeFileHandle file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
            float* last = direction > 0 ? buffer.Pointer + buffer.Length - 1 : buffer.Pointer;
            RandomAccess.Write(file, new ReadOnlySpan<byte>(last, sizeof(float)), 0);
            Assert.Throws<IOException>(() => RandomAccess.Write(file, new ReadOnlySpan<byte>(last + direction, sizeof(float)), 0));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData(Placement.Canaries, -1)]
    [InlineData(Placement.Canaries, 10)]
    [InlineData(Placement.GuardAfter, -1)]
    [InlineData(Placement.GuardBefore, 10)]
    public void Dispose_afterAWriteBeyond_fails(Placement placement, int index)
    {
        var buffer = new GuardedBuffer(10, placement);
        buffer.Span.Clear();
        buffer.Pointer[index] = 0f;
        Assert.ThrowsAny<XunitException>(buffer.Dispose);
    }
}
