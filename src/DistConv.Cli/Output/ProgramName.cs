using System.Text.RegularExpressions;

namespace DistConv.Cli.Output;

/// <summary>
/// The command that starts this program again. Texts call it "distconv"; where that is not on the PATH, as after <c>dotnet run</c>, hints have to name what
/// works in the folder where the program was started.
/// </summary>
internal sealed partial class ProgramName
{
    /// <summary>The variable that overrides it, for a wrapper that starts the program in some other way.</summary>
    public const string Variable = "DISTCONV_PROGRAM";

    private const string Usual = "distconv";

    private ProgramName(string text) => Text = text;

    /// <summary>The command.</summary>
    public string Text { get; }

    /// <summary>Finds it out.</summary>
    /// <param name="environment">Environment variables by name.</param>
    /// <param name="process">The file that the process runs: distconv itself, or dotnet.</param>
    /// <param name="assembly">The program's assembly, for dotnet.</param>
    /// <param name="directory">The current folder.</param>
    public static ProgramName Find(Func<string, string?> environment, string? process, string assembly, string directory)
    {
        if (environment(Variable) is { Length: > 0 } given) return new ProgramName(given);
        if (process is null) return new ProgramName(Usual);
        if (Path.GetFileNameWithoutExtension(process) != Usual) return new ProgramName($"dotnet {Format.ShellWord(Shorter(directory, assembly))}");
        string file = Path.GetFileName(process);
        string? found = (environment("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        if (found is not null && (Path.GetFullPath(found) == process || File.ResolveLinkTarget(found, returnFinalTarget: true)?.FullName == process))
            return new ProgramName(Usual);
        string relative = Shorter(directory, process);
        bool isHere = !relative.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal);
        return new ProgramName(Format.ShellWord(isHere ? $".{Path.DirectorySeparatorChar}{relative}" : relative));
    }

    /// <summary>A file's path from a folder, or its whole path if that is shorter.</summary>
    private static string Shorter(string directory, string file)
    {
        string relative = Path.GetRelativePath(directory, file);
        return relative.Length < file.Length ? relative : file;
    }

    /// <summary>A text whose commands can be copied: "distconv evaluate j" begins with <see cref="Text"/>.</summary>
    /// <param name="text">A line or several.</param>
    public string Spell(string text) => Text == Usual ? text : Command().Replace(text, Text.Replace("$", "$$", StringComparison.Ordinal));

    /// <summary>The word before a command or an option, but not as a part of a path or another word.</summary>
    [GeneratedRegex(@"(?<![\w./\\-])distconv(?= (-|[a-z]))")]
    private static partial Regex Command();
}
