using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace DistConv.Chaos.Harness;

/// <summary>A real redis-server with an append-only file: it can be killed, and started again with its data or without.</summary>
internal sealed class RedisProcess : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    private readonly string _address;
    private readonly int _port = Fabric.FreePort();
    private readonly string _folder;
    private Process? _process;

    /// <summary>Prepares a server.</summary>
    /// <param name="address">The address on which it listens.</param>
    /// <param name="folder">Its folder.</param>
    public RedisProcess(string address, string folder) => (_address, _folder) = (address, folder);

    /// <summary>Whether the program is there.</summary>
    public static bool IsInstalled => Tool.Exists("redis-server");

    /// <summary>Whether it has been started and not killed.</summary>
    public bool IsRunning => _process is not null;

    /// <summary>What <c>--cluster</c> takes.</summary>
    public string Url => $"redis://{_address}:{_port}";

    /// <summary>Starts it and waits until it answers.</summary>
    public async Task StartAsync()
    {
        Directory.CreateDirectory(_folder);
        _process = Process.Start(new ProcessStartInfo(
            "redis-server",
            [
                "--bind", _address, "--protected-mode", "no", "--port", $"{_port}", "--dir", _folder, "--save", "", "--appendonly", "yes", "--appendfsync", "always",
                "--logfile", Path.Combine(_folder, "redis.log"),
            ])
        {
            RedirectStandardOutput = true,
        })!;
        long started = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(started) > _patience) throw new InvalidOperationException($"redis-server does not answer at {Url}");
            await Task.Delay(20);
        }
    }

    /// <summary>Kills it with -9.</summary>
    public async Task KillAsync()
    {
        if (_process is not { } process) return;
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    /// <summary>Removes its data while it does not run.</summary>
    public void LoseData() => Directory.Delete(_folder, recursive: true);

    /// <summary>Removes its data while it runs.</summary>
    public Task FlushAsync() => SendAsync("FLUSHALL");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<bool> AnswersAsync()
    {
        try
        {
            return await SendAsync("PING") == "+PONG";
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return false;
        }
    }

    private async Task<string> SendAsync(string command)
    {
        using TcpClient client = new();
        await client.ConnectAsync(_address, _port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using StreamReader reader = new(client.GetStream());
        return await reader.ReadLineAsync() ?? "";
    }
}
