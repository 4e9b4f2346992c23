using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DistConv.Tests.Shared;

/// <summary>
/// A real <c>redis-server</c> in a process of its own, on a free port of the loopback interface, with its data in a folder of its own. It can be
/// killed and started again at
/// the same port, with its data or without. <c>Assert.SkipUnless(RedisServer.IsInstalled, RedisServer.Missing)</c> goes before it.
/// </summary>
internal sealed class RedisServer : IAsyncDisposable
{
    /// <summary>Why a test is skipped.</summary>
    public const string Missing = "redis-server is not on the PATH (package redis-server)";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);
    private static readonly string? _program = Find();
    private readonly string _folder = Directory.CreateTempSubdirectory("distconv-redis-").FullName;
    private Process? _process;

    private RedisServer(int port) => Port = port;

    /// <summary>Whether there is one on this machine.</summary>
    public static bool IsInstalled => _program is not null;

    /// <summary>Its port; stays the same when it is started again.</summary>
    public int Port { get; }

    /// <summary>What <c>--cluster</c> takes.</summary>
    public string Address => $"redis://127.0.0.1:{Port}";

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<RedisServer> StartAsync(CancellationToken cancellationToken = default)
    {
        RedisServer server = new(FreePort());
        try
        {
            await server.RestartAsync(keepData: true, cancellationToken);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends it at once, as a power cut would; what it had appended to its log stays on the disk.</summary>
    public void Kill()
    {
        if (_process is null) return;
        if (!_process.HasExited) _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = null;
    }

    /// <summary>Starts it again (after <see cref="Kill"/>, if it still runs) and waits until it answers.</summary>
    /// <param name="keepData">Whether it comes back with what it knew.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task RestartAsync(bool keepData, CancellationToken cancellationToken = default)
    {
        Kill();
        if (!keepData)
        {
            Directory.Delete(_folder, recursive: true);
            Directory.CreateDirectory(_folder);
        }

        string[] args =
        [
            "--port", $"{Port}", "--bind", "127.0.0.1", "--dir", _folder, "--logfile", "redis.log", "--daemonize", "no",
            "--save", "", "--appendonly", "yes", "--appendfsync", "always",
        ];
        _process = Process.Start(new ProcessStartInfo(_program ?? throw new InvalidOperationException(Missing), args) { WorkingDirectory = _folder })!;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        while (await TryAskAsync("PING", patience.Token) != "+PONG") await Task.Delay(50, patience.Token);
    }

    /// <summary>Sends a command.</summary>
    /// <param name="command">Such as FLUSHALL.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The answer's first line, as Redis's protocol writes it: "+OK", ":1", "-ERR …".</returns>
    public async Task<string> AskAsync(string command, CancellationToken cancellationToken = default) =>
        await TryAskAsync(command, cancellationToken) ?? throw new InvalidOperationException($"{Address} does not answer");

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Kill();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Select(folder => Path.Combine(folder, "redis-server"))
        .FirstOrDefault(File.Exists);

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<string?> TryAskAsync(string command, CancellationToken cancellationToken)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
            await using NetworkStream stream = client.GetStream();
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
            using StreamReader reader = new(stream, Encoding.ASCII);
            return await reader.ReadLineAsync(cancellationToken);
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return null;
        }
    }
}
