using System.Diagnostics;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace DistConv.Tests.Shared;

/// <summary>
/// The server that keeps a cluster's list of silos, in a process of its own: <c>redis-server</c> with an append-only file where that is installed, else
/// the one that <c>distconv serve --host-membership</c> hosts. It can be killed, and started again at the same port with its data or without.
/// </summary>
/// <param name="address">The address on which it listens.</param>
/// <param name="folder">Its folder; created by each start if it is not there.</param>
internal sealed class ListServer(string address, string folder) : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);
    private static readonly string _dotnetHost = Path.GetFullPath(
        Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static readonly string? _redis = (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "redis-server"))
        .FirstOrDefault(File.Exists);

    private readonly int _port = FreePort.Next();
    private Process? _process;

    /// <summary>What <c>--cluster</c> takes.</summary>
    public string Url => $"redis://{address}:{_port}";

    /// <summary>Whether it has been started and not killed.</summary>
    public bool IsRunning => _process is not null;

    /// <summary>Starts one on the loopback interface.</summary>
    /// <param name="folder">A folder for its own.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<ListServer> StartAsync(string folder, CancellationToken cancellationToken)
    {
        ListServer server = new("127.0.0.1", folder);
        try
        {
            await server.StartAsync(cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it and waits until it answers.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        Directory.CreateDirectory(folder);
        string[] redis =
        [
            "--bind", address, "--protected-mode", "no", "--port", $"{_port}", "--dir", folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
            "--logfile", Path.Combine(folder, "redis.log"),
        ];
        string[] hosted = [Path.Combine(AppContext.BaseDirectory, "DistConv.ListServer.dll"), $"{address}:{_port}", folder];
        ProcessStartInfo start = new(_redis ?? _dotnetHost, _redis is null ? hosted : redis) { RedirectStandardInput = true, RedirectStandardOutput = true };
        _process = Process.Start(start)!;
        _ = _process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        long started = Stopwatch.GetTimestamp();
        while (await TryAskAsync("PING", cancellationToken) != "+PONG")
        {
            if (_process.HasExited) throw new InvalidOperationException($"{start.FileName} ended with exit code {_process.ExitCode}");
            if (Stopwatch.GetElapsedTime(started) > _patience) throw new InvalidOperationException($"{start.FileName} does not answer at {Url}");
            await Task.Delay(_pause, cancellationToken);
        }
    }

    /// <summary>Kills it with -9, as a power cut would; what it has appended to its log stays on the disk.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>Removes its data while it does not run.</summary>
    public void LoseData() => Directory.Delete(folder, recursive: true);

    /// <summary>Removes its data while it runs.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken = default)
    {
        string? answer = await TryAskAsync("FLUSHALL", cancellationToken);
        if (answer != "+OK") throw new InvalidOperationException($"{Url} does not remove its data: {answer}");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    /// <summary>Sends a command of one word; the answer's first line, or null if nobody answers.</summary>
    private async Task<string?> TryAskAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(address, _port, cancellationToken);
            await using NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"*1\r\n${command.Length}\r\n{command}\r\n"), cancellationToken);
            using StreamReader reader = new(stream, Encoding.ASCII);
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }
}
