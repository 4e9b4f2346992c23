using DistConv.Core;

namespace DistConv.Training.Data.Fetch;

/// <summary>The right to write a folder of the cache. The operating system frees it when its holder dies.</summary>
internal sealed class FetchLock : IDisposable
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(100);

    private readonly FileStream _stream;

    private FetchLock(FileStream stream) => _stream = stream;

    /// <summary>Takes it, waiting until it is free.</summary>
    /// <param name="path">The lock file; it is created, and never removed.</param>
    /// <param name="onWait">Called once if another process has it.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="InvalidInputException">The file cannot be created.</exception>
    public static async Task<FetchLock> AcquireAsync(string path, Action onWait, CancellationToken stop)
    {
        for (bool first = true; ; first = false)
        {
            try
            {
                return new FetchLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException e) when (IsHeld(e))
            {
                if (first) onWait();
            }
            catch (Exception e) when (DataCache.IsRefusal(e))
            {
                throw DataCache.CannotWrite(path, e);
            }

            await Task.Delay(RetryInterval, stop).ConfigureAwait(false);
        }
    }

    /// <summary>Lets go.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>A sharing or lock violation: EAGAIN on Linux and macOS, ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows.</summary>
    private static bool IsHeld(IOException e) => OperatingSystem.IsWindows()
        ? (e.HResult & 0xFFFF) is 32 or 33
        : e.HResult == (OperatingSystem.IsMacOS() ? 35 : 11);
}
