using System.Diagnostics;
using System.Runtime.InteropServices;
using DistConv.Tests.Shared;
using Xunit;

namespace DistConv.Cli.Tests.Support;

/// <summary>What a run of the built executable left behind.</summary>
internal sealed record ProcessResult(int ExitCode, string Output, string Errors)
{
    public string[] ErrorLines => Lines(Errors);

    public string[] OutputLines => Lines(Output);

    public override string ToString() => $"exit code {ExitCode}\n--- standard output\n{Output}\n--- standard error\n{Errors}";

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}

/// <summary>The <c>distconv</c> under test (<see cref="TestedProgram"/>) in a process of its own.</summary>
internal sealed class DistConvProcess : IDisposable
{
    private readonly Process _process;
    private readonly List<string> _errors = [];
    private readonly TaskCompletionSource<string> _firstLine = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<string> _output;
    private readonly Task _errorPump;

    private static string DotnetRoot => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    private DistConvProcess(Process process, Func<string, Task>? onErrorLine)
    {
        _process = process;
        _output = ReadOutputAsync();
        _errorPump = PumpAsync(onErrorLine);
    }

    public int Id => _process.Id;

    /// <summary>The two ways to start it: its executable, and <c>dotnet</c> with its assembly.</summary>
    public static string[] Executable { get; } = [TestedProgram.Executable];

    /// <inheritdoc cref="Executable"/>
    public static string[] Assembly { get; } = [Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", TestedProgram.Assembly];

    /// <summary>Starts it.</summary>
    public static DistConvProcess Start(
        string folder, IReadOnlyDictionary<string, string>? environment, string[] args, Func<string, Task>? onErrorLine = null, string[]? program = null)
    {
        program ??= Assembly;
        ProcessStartInfo start = new(program[0])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("DISTCONV_", StringComparison.Ordinal))
            .ToArray()) start.Environment.Remove(name);
        // No test reaches out to the network, or sees the caller's cache, unless it says so.
        start.Environment["DISTCONV_OFFLINE"] = "1";
        start.Environment["DISTCONV_PROGRAM"] = "distconv"; // Hints have the same words wherever the tests were built.
        start.Environment["DISTCONV_CACHE"] = Path.Combine(folder, "cache");
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        start.Environment["DOTNET_ROOT"] = DotnetRoot; // The executable looks for the runtime there.
        foreach (string arg in (string[])[.. program[1..], .. args]) start.ArgumentList.Add(arg);
        return new DistConvProcess(Process.Start(start)!, onErrorLine);
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<ProcessResult> RunAsync(string folder, params string[] args)
    {
        using DistConvProcess process = Start(folder, null, args);
        return await process.WaitAsync();
    }

    /// <summary>Waits for the first line on standard output.</summary>
    public async Task<string> ReadOutputLineAsync(CancellationToken stop)
    {
        await Task.WhenAny(_firstLine.Task, _output).WaitAsync(stop);
        Assert.True(_firstLine.Task.IsCompleted, $"it ended without output: {string.Join('\n', _errors)}");
        return await _firstLine.Task;
    }

    /// <summary>Waits for its end.</summary>
    public async Task<ProcessResult> WaitAsync()
    {
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        string output = await _output;
        await _errorPump;
        return new ProcessResult(_process.ExitCode, output, string.Join('\n', _errors));
    }

    /// <summary>Ends it at once, if it has not ended.</summary>
    public void Kill()
    {
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
    }

    public void Dispose()
    {
        Kill();
        _process.Dispose();
    }

    private async Task<string> ReadOutputAsync()
    {
        if (await _process.StandardOutput.ReadLineAsync() is not { } first) return "";
        _firstLine.TrySetResult(first);
        return first + "\n" + await _process.StandardOutput.ReadToEndAsync();
    }

    private async Task PumpAsync(Func<string, Task>? onErrorLine)
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _errors.Add(line);
            if (onErrorLine is not null) await onErrorLine(line);
        }
    }
}
