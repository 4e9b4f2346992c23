using System.Diagnostics;
using System.Text.Json;

namespace DistConv.Benchmarks;

/// <summary>A program that measures a training step and prints a line of JSON with <c>samplesPerSecond</c>.</summary>
/// <param name="command">Program and first arguments.</param>
internal sealed class Contender(IReadOnlyList<string> command)
{
    /// <summary>One measurement, in a process of its own.</summary>
    /// <param name="args">Its other arguments.</param>
    /// <returns>Samples per second.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<double> MeasureAsync(params string[] args)
    {
        ProcessStartInfo start = new(command[0], [.. command.Skip(1), .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"'{command[0]}' did not start");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode != 0 || lines.Length == 0)
            throw new InvalidOperationException($"'{string.Join(' ', command)} {string.Join(' ', args)}' ended with exit code {process.ExitCode}: {await errors}");
        return JsonDocument.Parse(lines[^1]).RootElement.GetProperty("samplesPerSecond").GetDouble();
    }
}
