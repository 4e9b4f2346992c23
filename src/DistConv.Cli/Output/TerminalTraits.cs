namespace DistConv.Cli.Output;

/// <summary>What the environment says about a terminal.</summary>
internal static class TerminalTraits
{
    /// <summary>Whether colours are wanted: not if NO_COLOR has any value (https://no-color.org).</summary>
    /// <param name="environment">Environment variables by name.</param>
    public static bool Colours(Func<string, string?> environment) => string.IsNullOrEmpty(environment("NO_COLOR"));

    /// <summary>Whether more than ASCII can be shown: the locale is a UTF-8 one, and the terminal not the Linux console with its few glyphs.</summary>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="isWindows">On Windows the console is told to take UTF-8.</param>
    public static bool Unicode(Func<string, string?> environment, bool isWindows)
    {
        if (isWindows) return true;
        if (environment("TERM") == "linux") return false;
        string[] locales = ["LC_ALL", "LC_CTYPE", "LANG"];
        string? locale = locales.Select(environment).FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return locale is not null && locale.Replace("-", "", StringComparison.Ordinal).EndsWith("utf8", StringComparison.OrdinalIgnoreCase);
    }
}
