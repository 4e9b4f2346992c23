using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using DistConv.Tests.Shared;

namespace DistConv.Chaos.Harness;

/// <summary>Starts <c>distconv</c>: the one that was built beside this program, unless a published one is to be tested.</summary>
internal static class DistConvCommand
{
    private static readonly string[] _settings =
        ["DISTCONV_STORE", "DISTCONV_DATA", "DISTCONV_KERNEL", "DISTCONV_MIRROR", "DISTCONV_CLUSTER", "DISTCONV_CLUSTER_ID"];

    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>How to start it, with none of the caller's settings and without reaching out to the network.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="wrapper">A program and arguments in front of it, such as <c>ip netns exec N</c>; or empty.</param>
    /// <param name="args">Its arguments.</param>
    public static ProcessStartInfo Prepare(string folder, IReadOnlyList<string> wrapper, IReadOnlyList<string> args)
    {
        string[] program = [.. wrapper, Path.Combine(DotnetRoot, "dotnet"), TestedProgram.Assembly, .. args];
        ProcessStartInfo start = new(program[0], program[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string name in _settings) start.Environment.Remove(name);
        start.Environment["DISTCONV_OFFLINE"] = "1";
        start.Environment["DISTCONV_CACHE"] = Path.Combine(folder, "cache");
        start.Environment["DOTNET_ROOT"] = DotnetRoot;
        return start;
    }

    /// <summary>Runs a command to its end.</summary>
    /// <param name="folder">Its working folder.</param>
    /// <param name="limit">How long it may take; then it is killed.</param>
    /// <param name="token">Kills it.</param>
    /// <param name="args">Its arguments.</param>
    /// <exception cref="TimeoutException">It took longer.</exception>
    public static async Task<ToolResult> RunAsync(string folder, TimeSpan limit, CancellationToken token, params string[] args)
    {
        using Process process = Process.Start(Prepare(folder, [], args))!;
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(token);
        both.CancelAfter(limit);
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(both.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            token.ThrowIfCancellationRequested();
            throw new TimeoutException($"distconv {string.Join(' ', args)} took longer than {limit.TotalSeconds} s:\n{await output}{await errors}");
        }

        return new ToolResult(process.ExitCode, await output, await errors);
    }

    /// <summary>The JSON object that is the last line of standard output.</summary>
    /// <exception cref="InvalidOperationException">The command failed.</exception>
    public static JsonElement Json(ToolResult result)
    {
        if (result.ExitCode != 0) throw new InvalidOperationException(result.ToString());
        using JsonDocument document = JsonDocument.Parse(result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1]);
        return document.RootElement.Clone();
    }
}
