using DistConv.Training.Metrics;

namespace DistConv.Training.Jobs;

/// <summary>Says what could not be written to a store, and on which disk.</summary>
internal static class StoreDisk
{
    /// <summary>Writes something.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="what">What is written, for the message.</param>
    /// <param name="write">Writes it.</param>
    /// <exception cref="IOException">It could not be written; one line with folder and disk.</exception>
    public static void Write(string folder, string what, Action write)
    {
        try
        {
            write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused(folder, what, e);
        }
    }

    /// <summary>The exception for something that could not be written.</summary>
    /// <param name="folder">The job's folder.</param>
    /// <param name="what">What was written, for the message.</param>
    /// <param name="reason">What the system said.</param>
    /// <returns>One line with folder and disk.</returns>
    public static IOException Refused(string folder, string what, Exception reason)
    {
        Telemetry.AddWriteError();
        return new IOException($"{what} cannot be written to '{folder}'{Disk(folder)}: {reason.Message.ReplaceLineEndings(" ")}", reason);
    }

    private static string Disk(string folder)
    {
        try
        {
            DriveInfo? disk = DriveInfo.GetDrives().Where(drive => IsOn(folder, drive.Name)).MaxBy(drive => drive.Name.Length);
            return disk is null ? "" : $" (disk '{disk.Name}', {disk.AvailableFreeSpace >> 10:N0} KiB free)";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // The reason for which the write failed says more.
        }
    }

    private static bool IsOn(string folder, string disk) =>
        folder.StartsWith(disk, StringComparison.Ordinal)
            && (Path.EndsInDirectorySeparator(disk) || folder.Length == disk.Length || folder[disk.Length] == Path.DirectorySeparatorChar);
}
