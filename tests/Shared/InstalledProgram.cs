using System.Diagnostics;
using Xunit;

namespace DistConv.Tests.Shared;

/// <summary>A program that a test uses where it is installed, and is skipped without.</summary>
/// <param name="Name">Its name on the PATH.</param>
/// <param name="Package">The Debian package that has it.</param>
internal sealed record InstalledProgram(string Name, string Package)
{
    /// <summary>Checks and tests of Prometheus's files.</summary>
    public static InstalledProgram Promtool { get; } = new("promtool", "prometheus");

    /// <summary>Checks of Alertmanager's files.</summary>
    public static InstalledProgram Amtool { get; } = new("amtool", "prometheus-alertmanager");

    /// <summary>The server itself.</summary>
    public static InstalledProgram Prometheus { get; } = new("prometheus", "prometheus");

    /// <summary>Where it is; null where it is not installed.</summary>
    public string? Location { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, Name)).FirstOrDefault(File.Exists);

    /// <summary>Where it is. Without it, the test is skipped.</summary>
    public string Require()
    {
        Assert.SkipWhen(Location is null, $"{Name} is not installed (Debian: apt-get install {Package})");
        return Location!;
    }

    /// <summary>Runs it to its end, and fails the test unless its exit code is 0.</summary>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it wrote.</returns>
    public async Task<string> RunAsync(params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(Require(), arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string all = await output + errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, $"{Name} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}:\n{all}");
        return all;
    }
}
