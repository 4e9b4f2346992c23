namespace DistConv.Training.Jobs;

/// <summary>A file held open: the operating system lets go of it when the process dies, however it dies.</summary>
public sealed class JobLock : IDisposable
{
    private static readonly TimeSpan _retryInterval = TimeSpan.FromMilliseconds(10);

    /// <summary>EROFS, of Linux and macOS.</summary>
    private const int ReadOnlyFileSystem = 30;

    /// <summary>ERROR_WRITE_PROTECT, of Windows.</summary>
    private const int WriteProtected = unchecked((int)0x80070013);

    private readonly FileStream _stream;

    private JobLock(FileStream stream) => _stream = stream;

    /// <summary>Lets go.</summary>
    public void Dispose() => _stream.Dispose();

    /// <summary>Takes a lock, waiting for a short while.</summary>
    /// <param name="path">The lock file; it is created, and never removed.</param>
    /// <param name="patience">How long to try: a process that only looks whether the lock is held holds it for a moment.</param>
    /// <returns>The lock, or null when another holder keeps it.</returns>
    /// <exception cref="IOException">The file cannot be created.</exception>
    public static JobLock? TryAcquire(string path, TimeSpan patience)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        long start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new JobLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
            }
            catch (IOException e) when (File.Exists(path) && e.HResult is not (ReadOnlyFileSystem or WriteProtected))
            {
                if (TimeProvider.System.GetElapsedTime(start) >= patience)
                {
                    return null;
                }

                Thread.Sleep(_retryInterval);
            }
        }
    }

    /// <summary>Whether some process, this one included, holds a lock.</summary>
    /// <param name="path">The lock file.</param>
    /// <returns>False also when there is no such file.</returns>
    internal static bool IsHeld(string path)
    {
        try
        {
            // Shared, so that two who look do not see each other.
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
