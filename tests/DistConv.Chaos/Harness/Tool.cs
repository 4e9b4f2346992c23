using System.Diagnostics;

namespace DistConv.Chaos.Harness;

/// <summary>What a tool of the system said.</summary>
/// <param name="ExitCode">0 if it did what it was told.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Errors">Standard error.</param>
internal sealed record ToolResult(int ExitCode, string Output, string Errors)
{
    /// <inheritdoc/>
    public override string ToString() => $"exit code {ExitCode}\n{Output}{Errors}";
}

/// <summary>Tools of the system: ip, iptables, mount.</summary>
internal static class Tool
{
    /// <summary>Whether a program is on the PATH.</summary>
    public static bool Exists(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Any(folder => folder.Length > 0 && File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs a tool, which must succeed.</summary>
    /// <exception cref="InvalidOperationException">It fails; the message has its words.</exception>
    public static async Task RunAsync(string name, params string[] args)
    {
        ToolResult result = await TryAsync(name, args);
        if (result.ExitCode != 0) throw new InvalidOperationException($"{name} {string.Join(' ', args)}: {result}");
    }

    /// <summary>Runs a tool.</summary>
    public static async Task<ToolResult> TryAsync(string name, params string[] args)
    {
        using Process process = Process.Start(new ProcessStartInfo(name, args) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new ToolResult(process.ExitCode, await output, await errors);
    }
}
