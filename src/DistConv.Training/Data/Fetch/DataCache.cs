using DistConv.Core;

namespace DistConv.Training.Data.Fetch;

/// <summary>The folder that fetched data sets are kept in, each in a folder of its own name.</summary>
public static class DataCache
{
    /// <summary>The environment variable that names it.</summary>
    public const string Variable = "DISTCONV_CACHE";

    /// <summary>The cache of this process.</summary>
    public static string Default => Locate(Environment.GetEnvironmentVariable);

    /// <summary>Where the cache is: what the environment says, or else the user's cache folder by the custom of the operating system.</summary>
    /// <remarks>Linux: $XDG_CACHE_HOME/distconv, or ~/.cache/distconv; macOS: ~/Library/Caches/distconv; Windows: %LOCALAPPDATA%\distconv\cache.</remarks>
    /// <param name="environment">Environment variables by name.</param>
    /// <returns>A full path; nothing is created.</returns>
    public static string Locate(Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(environment);
        if (environment(Variable) is { } given && !string.IsNullOrWhiteSpace(given)) return Path.GetFullPath(given);
        if (OperatingSystem.IsWindows())
            return Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData), "distconv", "cache");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (OperatingSystem.IsMacOS()) return Path.Combine(home, "Library", "Caches", "distconv");
        string? custom = environment("XDG_CACHE_HOME"); // Relative ones are to be ignored, says the XDG Base Directory Specification.
        return Path.Combine(Path.IsPathFullyQualified(custom ?? "") ? custom! : Path.Combine(home, ".cache"), "distconv");
    }

    /// <summary>What to say about a file system that refuses.</summary>
    internal static InvalidInputException CannotWrite(string path, Exception reason) =>
        new($"cannot write '{path}': {Brief(path, reason)}; make room there, or set the cache directory ({Variable}) to another folder", reason);

    /// <summary>The system's words without the path, which the line names already.</summary>
    private static string Brief(string path, Exception reason) =>
        reason.Message.ReplaceLineEndings(" ").Replace($" : '{path}'", "", StringComparison.Ordinal).TrimEnd('.');

    /// <summary>Whether an exception is the file system's refusal.</summary>
    internal static bool IsRefusal(Exception e) => e is IOException or UnauthorizedAccessException or NotSupportedException;
}
