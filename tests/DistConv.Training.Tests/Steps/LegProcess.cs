using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace DistConv.Training.Tests.Steps;

/// <summary>Runs DistConv.Leg, which lies beside the tests, and reads its lines "name value".</summary>
internal static class LegProcess
{
    private static readonly string[] _switches = ["DOTNET_EnableAVX512", "DOTNET_EnableAVX2", "DOTNET_EnableHWIntrinsic"];

    public static async Task<IReadOnlyDictionary<string, string>> RunAsync(string arguments, string? switchedOff = null)
    {
        var start = new ProcessStartInfo(DotnetHost()) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "DistConv.Leg.dll"));
        foreach (string argument in arguments.Split(' ')) start.ArgumentList.Add(argument);
        foreach (string name in _switches) start.Environment.Remove(name);
        if (switchedOff is not null) start.Environment[switchedOff] = "0";

        using Process process = Process.Start(start)!;
        try
        {
            CancellationToken cancellation = TestContext.Current.CancellationToken;
            Task<string> errors = process.StandardError.ReadToEndAsync(cancellation);
            string output = await process.StandardOutput.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation);
            Assert.True(process.ExitCode == 0, $"DistConv.Leg {arguments} ended with {process.ExitCode}: {await errors}");
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Select(line => line.Split(' ', 2)).ToDictionary(parts => parts[0], parts => parts[1]);
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }

    /// <summary>The host of the runtime that runs this test, wherever it is installed.</summary>
    private static string DotnetHost()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        string host = Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
        return File.Exists(host) ? host : "dotnet";
    }
}
