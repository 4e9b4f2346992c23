namespace DistConv.Cli.Running;

/// <summary>How this program starts itself as a silo of its own cluster.</summary>
internal static class SiloProcess
{
    /// <summary>The command, for nobody but this program.</summary>
    public const string Command = "child-silo";

    /// <summary>The command line: this executable, or dotnet with this assembly.</summary>
    public static IReadOnlyList<string> CommandLine()
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("the system does not tell the path of this program");
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0], Command] : [program, Command];
    }
}
