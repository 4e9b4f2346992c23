using System.Runtime.InteropServices;

namespace DistConv.Chaos.Harness;

/// <summary>Signals to processes of this machine, by <c>kill(2)</c>: no process has to start first, so the moment is exact.</summary>
internal static class Signals
{
    private const int SigKill = 9;
    private const int SigTerm = 15;

    private static int SigStop => OperatingSystem.IsLinux() ? 19 : 17;

    private static int SigContinue => OperatingSystem.IsLinux() ? 18 : 19;

    /// <summary>Ends a process at once.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Kill(int process) => Send(process, SigKill);

    /// <summary>Asks a process to end.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Terminate(int process) => Send(process, SigTerm);

    /// <summary>Freezes a process: its connections stay open, and nothing answers.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Freeze(int process) => Send(process, SigStop);

    /// <summary>Lets a frozen process go on.</summary>
    /// <returns>Whether there was one.</returns>
    public static bool Thaw(int process) => Send(process, SigContinue);

    private static bool Send(int process, int signal) => process > 0 && SendSignal(process, signal) == 0;

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int SendSignal(int process, int signal);
}
