using System.Diagnostics;
using System.Text.Json;

namespace DistConv.Benchmarks;

/// <summary>A program that measures and prints its results as lines of JSON.</summary>
/// <param name="command">Program and first arguments.</param>
/// <param name="environment">Environment variables that it gets besides this process's, or null.</param>
internal sealed class Contender(IReadOnlyList<string> command, IReadOnlyDictionary<string, string>? environment = null)
{
    /// <summary>The built <c>distconv</c>.</summary>
    /// <param name="args">Its first arguments.</param>
    /// <param name="environment">As in the constructor.</param>
    /// <returns>The contender.</returns>
    public static Contender DistConv(IReadOnlyList<string> args, IReadOnlyDictionary<string, string>? environment = null) =>
        new(["dotnet", Path.Combine(AppContext.BaseDirectory, "distconv.dll"), .. args], environment);

    /// <summary>Runs it to its end, in a process of its own.</summary>
    /// <param name="args">Its other arguments.</param>
    /// <returns>What it printed, at least one object.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<IReadOnlyList<JsonElement>> RunAsync(params string[] args)
    {
        ProcessStartInfo start = new(command[0], [.. command.Skip(1), .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>()) start.Environment[name] = value;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"'{command[0]}' did not start");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        string[] lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (process.ExitCode != 0 || lines.Length == 0)
            throw new InvalidOperationException(
                $"'{string.Join(' ', command)} {string.Join(' ', args)}' ended with exit code {process.ExitCode}: {await errors}");
        return [.. lines.Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>One measurement of speed.</summary>
    /// <param name="args">Its other arguments.</param>
    /// <returns>Samples per second.</returns>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<double> MeasureAsync(params string[] args) => (await RunAsync(args))[^1].GetProperty("samplesPerSecond").GetDouble();
}
