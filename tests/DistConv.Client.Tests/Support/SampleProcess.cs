using System.Diagnostics;
using Xunit;

namespace DistConv.Client.Tests.Support;

/// <summary>A sample, built with the tests, in a process of its own.</summary>
internal sealed class SampleProcess : IDisposable
{
    private readonly Process _process;

    private SampleProcess(Process process) => _process = process;

    /// <summary>Starts a sample in a folder.</summary>
    public static SampleProcess Start(string sample, string folder, params string[] args)
    {
        ProcessStartInfo start = new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string arg in (string[])[Locate(sample), .. args]) start.ArgumentList.Add(arg);
        return new SampleProcess(Process.Start(start)!);
    }

    /// <summary>The sample's assembly: its output folder has the same configuration and framework as the tests' own,
    /// tests/NAME/bin/CONFIGURATION/FRAMEWORK.</summary>
    private static string Locate(string sample)
    {
        DirectoryInfo framework = new(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), configuration = framework.Parent!;
        DirectoryInfo root = configuration.Parent!.Parent!.Parent!.Parent!;
        return Path.Combine(root.FullName, "samples", sample, "bin", configuration.Name, framework.Name, $"{sample}.dll");
    }

    /// <summary>Runs a sample to its end.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public static async Task<string> RunAsync(int exitCode, string sample, string folder, params string[] args)
    {
        using SampleProcess process = Start(sample, folder, args);
        Task<string> output = process._process.StandardOutput.ReadToEndAsync(), errors = process._process.StandardError.ReadToEndAsync();
        await process._process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(exitCode == process._process.ExitCode, $"{sample}: exit code {process._process.ExitCode}\n{await output}\n{await errors}");
        return await output + await errors;
    }

    /// <summary>Reads standard output up to a line.</summary>
    /// <returns>The line.</returns>
    public async Task<string> ReadToAsync(string part)
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal)) return line;
        }

        throw new InvalidOperationException(
            $"the sample ended without a line with '{part}': {await _process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)}");
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }
}
