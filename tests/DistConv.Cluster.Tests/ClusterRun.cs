using System.Diagnostics;
using System.Text.Json;
using DistConv.Cli.Tests.Support;
using Xunit;

namespace DistConv.Cluster.Tests;

/// <summary>Runs of the built executable, whose silos are processes.</summary>
internal sealed class ClusterRun(TemporaryFolder folder)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Options of a job on a tiny data set: numbers that do not divide each other, and dropout.</summary>
    public static string[] Tiny { get; } =
        ["--data", "idx:data", "--model", "tiny.json", "--samples", "101", "--batch", "10", "--shards", "7", "--seed", "3", "--threads", "1", "--json"];

    /// <summary>Writes the tiny data set and its model.</summary>
    public static void WriteTiny(TemporaryFolder folder)
    {
        TinyData.WriteIdx(folder["data"]);
        folder.Write("tiny.json",
            TinyData.Model.Replace("{\"type\": \"flatten\"}", "{\"type\": \"dropout\", \"rate\": 0.25}, {\"type\": \"flatten\"}", StringComparison.Ordinal));
    }

    /// <summary>Runs a command to its end, which must be good, and reads its JSON.</summary>
    public async Task<JsonElement> JsonAsync(params string[] args)
    {
        ProcessResult result = await DistConvProcess.RunAsync(folder.FullPath, args);
        Assert.True(result.ExitCode == 0, $"{string.Join(' ', args)}: {result}");
        return Last(result);
    }

    /// <summary>Starts a command; <paramref name="onProgress"/> is called for each line on standard error until it returns true.</summary>
    public DistConvProcess Start(string[] args, Func<DistConvProcess, string, Task<bool>> onProgress)
    {
        DistConvProcess? process = null;
        bool done = false;
        process = DistConvProcess.Start(folder.FullPath, null, args, async line =>
        {
            if (!done) done = await onProgress(process!, line);
        });
        return process;
    }

    /// <summary>The last line of standard output.</summary>
    public static JsonElement Last(ProcessResult result) => JsonDocument.Parse(result.OutputLines[^1]).RootElement;

    /// <summary>The weights' digest.</summary>
    public static string Digest(JsonElement json) => json.GetProperty("weightsDigest").GetString()!;

    /// <summary>The processes of a job's silos, the parent's first.</summary>
    public static int[] Processes(JsonElement json) =>
        [.. json.GetProperty("siloProcesses").EnumerateArray().Select(silo => silo.GetProperty("pid").GetInt32())];

    /// <summary>Sends a signal.</summary>
    public static async Task SignalAsync(string signal, int process)
    {
        using Process kill = Process.Start("kill", [$"-{signal}", $"{process}"]);
        await kill.WaitForExitAsync(Token);
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Waits until a process is gone.</summary>
    public static async Task EndsAsync(int process)
    {
        try
        {
            using Process running = Process.GetProcessById(process);
            await running.WaitForExitAsync(Token);
        }
        catch (ArgumentException)
        {
            // It had ended before.
        }
    }
}
