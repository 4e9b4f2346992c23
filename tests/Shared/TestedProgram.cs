namespace DistConv.Tests.Shared;

/// <summary>
/// The <c>distconv</c> that tests start: the one that was built beside them, or a published one, in the folder that DISTCONV_TEST_PROGRAM names. A published
/// one is precompiled, so it starts faster.
/// </summary>
internal static class TestedProgram
{
    private static readonly string _folder =
        Environment.GetEnvironmentVariable("DISTCONV_TEST_PROGRAM") is { Length: > 0 } folder ? Path.GetFullPath(folder) : AppContext.BaseDirectory;

    /// <summary>What <c>dotnet</c> runs.</summary>
    public static string Assembly { get; } = Path.Combine(_folder, "distconv.dll");

    /// <summary>What runs by itself.</summary>
    public static string Executable { get; } = Path.Combine(_folder, OperatingSystem.IsWindows() ? "distconv.exe" : "distconv");
}
