using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace DistConv.Training.Tests.Data.Fetch;

/// <summary>A request as the server saw it.</summary>
/// <param name="Path">For example "/mnist/a.gz".</param>
/// <param name="From">The first byte that was asked for by Range, or null.</param>
/// <param name="Number">How many requests for this path came before.</param>
internal sealed record ServerRequest(string Path, long? From, int Number);

/// <summary>What the server sends, and how it misbehaves.</summary>
internal sealed record Reply
{
    public int Status { get; init; } = 200;

    public byte[] Body { get; init; } = [];

    /// <summary>What Content-Length says; null: the truth; −1: nothing is said, and the body ends with the connection.</summary>
    public long? Length { get; init; }

    public string? Headers { get; init; }

    /// <summary>How many bytes of the body are sent before the connection is closed, or stalls.</summary>
    public int SendOnly { get; init; } = int.MaxValue;

    /// <summary>Whether the server falls silent instead of closing the connection.</summary>
    public bool Stall { get; init; }

    /// <summary>Whether the connection is closed without an answer.</summary>
    public bool Silent { get; init; }

    /// <summary>What an honest server answers, with support for ranges.</summary>
    public static Reply Honest(byte[] file, ServerRequest request) => request.From switch
    {
        null => new Reply { Body = file },
        { } from when from >= file.Length => new Reply { Status = 416, Headers = $"Content-Range: bytes */{file.Length}\r\n" },
        { } from => new Reply { Status = 206, Body = file[(int)from..], Headers = $"Content-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n" },
    };

    public static Reply Redirect(string target) => new() { Status = 302, Headers = $"Location: {target}\r\n" };
}

/// <summary>A real HTTP server on this machine that does exactly the wrong thing that it is told to do.</summary>
internal sealed class FaultyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<ServerRequest, Task<Reply>> _answer;
    private readonly List<ServerRequest> _requests = [];

    public FaultyServer(Func<ServerRequest, Reply> answer)
        : this(request => Task.FromResult(answer(request)))
    {
    }

    public FaultyServer(Func<ServerRequest, Task<Reply>> answer)
    {
        _answer = answer;
        _listener.Start();
        _ = AcceptAsync();
    }

    public string Authority => $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public Uri Url => new($"http://{Authority}/");

    public ServerRequest[] Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        CancellationToken stop = _stop.Token;
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync(stop), stop);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        try
        {
            using (client)
            {
                NetworkStream stream = client.GetStream();
                string[] lines = await ReadHeadAsync(stream, stop);
                if (lines.Length == 0) return;
                Reply reply = await _answer(Note(lines));
                if (reply.Silent) return;
                string length = reply.Length == -1 ? "" : $"Content-Length: {reply.Length ?? reply.Body.Length}\r\n";
                string head = $"HTTP/1.1 {reply.Status} Status\r\n{reply.Headers}{length}Connection: close\r\n\r\n";
                await stream.WriteAsync(Encoding.ASCII.GetBytes(head), stop);
                await stream.WriteAsync(reply.Body.AsMemory(0, Math.Min(reply.SendOnly, reply.Body.Length)), stop);
                if (reply.Stall) await stream.ReadExactlyAsync(new byte[1], stop); // Until the client goes away.
                client.Client.Shutdown(SocketShutdown.Send);
                while (await stream.ReadAsync(new byte[1024], stop) > 0)
                {
                    // A close with unread bytes would reset the connection, and lose what was sent.
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The client went away, or the test is over.
        }
    }

    private ServerRequest Note(string[] lines)
    {
        string path = lines[0].Split(' ')[1];
        string? range = lines.FirstOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase));
        long? from = range is null ? null : long.Parse(range["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        lock (_requests)
        {
            ServerRequest request = new(path, from, _requests.Count(earlier => earlier.Path == path));
            _requests.Add(request);
            return request;
        }
    }

    private static async Task<string[]> ReadHeadAsync(NetworkStream stream, CancellationToken stop)
    {
        StringBuilder head = new();
        byte[] one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one, stop) == 0) return [];
            head.Append((char)one[0]);
        }

        return head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
    }
}
