using System.Diagnostics;
using Xunit;

namespace DistConv.Filters.Tests.Exports;

/// <summary>A Python with numpy, where there is one: the reader that our files are for.</summary>
internal static class PythonNumpy
{
    // Another Python may come first on the PATH, without numpy.
    private static readonly string[] _candidates =
        ["python3", .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Contains("/usr/bin") ? (string[])["/usr/bin/python3"] : []];

    private static readonly Lazy<string?> _python = new(() => _candidates.FirstOrDefault(python => TryRun(python, ["-c", "import numpy"], out _)));

    /// <summary>Runs a script.</summary>
    /// <param name="modules">What it imports besides numpy; the test is skipped where that is not installed.</param>
    /// <param name="script">The script.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <returns>What it prints.</returns>
    public static string Run(string modules, string script, params string[] arguments)
    {
        Assert.SkipWhen(_python.Value is null, "there is no python3 with numpy (Debian: apt-get install python3-numpy)");
        Assert.SkipWhen(modules.Length > 0 && !TryRun(_python.Value!, ["-c", $"import {modules}"], out _),
            $"python3 has no {modules} (Debian: apt-get install python3-{modules})");
        Assert.True(TryRun(_python.Value!, ["-c", script, .. arguments], out string output), output);
        return output;
    }

    private static bool TryRun(string python, string[] arguments, out string output)
    {
        output = "";
        ProcessStartInfo start = new(python, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0) output = errors.Result;
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // There is no such program.
        }
    }
}
