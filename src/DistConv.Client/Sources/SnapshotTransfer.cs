using DistConv.Training.Jobs;
using DistConv.Training.Snapshots;

namespace DistConv.Client.Sources;

/// <summary>Reads snapshots wherever they are.</summary>
internal static class SnapshotTransfer
{
    /// <summary>Copies a snapshot into a temporary file, and reads and checks that.</summary>
    /// <exception cref="Core.InvalidInputException">The snapshot is damaged, or is not there.</exception>
    public static async Task<Snapshot> ReadSnapshotAsync(this IJobSource source, string job, SnapshotHead head, CancellationToken cancellation)
    {
        await using FileStream file = await CopyAsync(source, job, head, cancellation);
        return SnapshotFile.Read(file.Name);
    }

    /// <summary>Copies a snapshot into a temporary file, which is gone when it is closed, and checks the copy.</summary>
    /// <exception cref="Core.InvalidInputException">The snapshot is damaged, or is not there.</exception>
    public static async Task<FileStream> CopyCheckedAsync(this IJobSource source, string job, SnapshotHead head, CancellationToken cancellation)
    {
        FileStream file = await CopyAsync(source, job, head, cancellation);
        try
        {
            SnapshotFile.Verify(file.Name);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    private static async Task<FileStream> CopyAsync(IJobSource source, string job, SnapshotHead head, CancellationToken cancellation)
    {
        FileStream file = new(
            Path.Combine(Path.GetTempPath(), $"distconv-{Guid.NewGuid():N}{SnapshotFile.Ending}"),
            FileMode.CreateNew,
            FileAccess.ReadWrite,
            FileShare.Read | FileShare.Delete,
            bufferSize: 1 << 16,
            FileOptions.DeleteOnClose);
        try
        {
            await source.CopyAsync(job, head, file, cancellation);
            await file.FlushAsync(cancellation);
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }
}
