using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace DistConv.Chaos.Harness;

/// <summary>
/// A TCP proxy that passes everything on a set time later, as a long cable does: what follows is not held up, so the rate stays that of the links on both
/// sides. It keeps a bounded number of bytes of a connection, as a network does. A thread reads and a thread writes each direction of a connection.
/// </summary>
internal sealed class DelayLine : IDisposable
{
    private const int ChunkBytes = 64 << 10, MaxChunks = 32, StackBytes = 256 << 10;

    private readonly IPEndPoint _target;
    private readonly TcpListener _listener;
    private readonly ConcurrentBag<Socket> _sockets = [];
    private long _delayTicks;

    /// <summary>Begins to listen.</summary>
    /// <param name="address">The address on which it listens.</param>
    /// <param name="port">The port; 0: any.</param>
    /// <param name="target">Where what comes goes.</param>
    public DelayLine(string address, int port, IPEndPoint target)
    {
        _target = target;
        _listener = new TcpListener(IPAddress.Parse(address), port);
        _listener.Start(128);
        Start(Accept);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>How much later what comes is passed on, in each direction.</summary>
    public TimeSpan Delay
    {
        get => TimeSpan.FromSeconds((double)Interlocked.Read(ref _delayTicks) / Stopwatch.Frequency);
        set => Interlocked.Exchange(ref _delayTicks, (long)(value.TotalSeconds * Stopwatch.Frequency));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _listener.Stop();
        foreach (Socket socket in _sockets) socket.Dispose();
    }

    private static Thread Start(Action run)
    {
        Thread thread = new(Run, StackBytes) { IsBackground = true };
        thread.Start();
        return thread;

        void Run()
        {
            try
            {
                run();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                // One end is gone: so is the other.
            }
        }
    }

    private void Accept()
    {
        while (true)
        {
            Socket client = Keep(_listener.AcceptSocket());
            Start(() => Pass(client));
        }
    }

    private Socket Keep(Socket socket)
    {
        socket.NoDelay = true;
        _sockets.Add(socket);
        return socket;
    }

    private void Pass(Socket client)
    {
        try
        {
            Socket silo = Keep(new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            silo.Connect(_target);
            Start(() => Pump(silo, client));
            Pump(client, silo);
        }
        finally
        {
            client.Dispose();
        }
    }

    /// <summary>Reads here, and writes on a thread of its own.</summary>
    private void Pump(Socket from, Socket to)
    {
        using BlockingCollection<(byte[] Bytes, int Length, long At)> line = new(MaxChunks);
        ConcurrentBag<byte[]> free = [];
        Thread writer = Start(() => Write(to, line, free));
        try
        {
            while (true)
            {
                byte[] chunk = free.TryTake(out byte[]? used) ? used : new byte[ChunkBytes];
                int length = from.Receive(chunk);
                if (length == 0) break;
                long at = Stopwatch.GetTimestamp() + Interlocked.Read(ref _delayTicks);
                while (!line.TryAdd((chunk, length, at), 100))
                {
                    if (!writer.IsAlive) return;
                }
            }
        }
        finally
        {
            line.CompleteAdding();
            writer.Join();
        }
    }

    private static void Write(Socket to, BlockingCollection<(byte[] Bytes, int Length, long At)> line, ConcurrentBag<byte[]> free)
    {
        foreach ((byte[] bytes, int length, long at) in line.GetConsumingEnumerable())
        {
            SleepUntil(at);
            int sent = 0;
            while (sent < length) sent += to.Send(bytes.AsSpan(sent, length - sent));
            free.Add(bytes);
        }

        to.Shutdown(SocketShutdown.Send);
    }

    /// <summary>The runtime sleeps for whole milliseconds only.</summary>
    private static void SleepUntil(long at)
    {
        while (at - Stopwatch.GetTimestamp() is var left and > 0)
        {
            Timespec time = new() { Nanoseconds = (nint)long.Min(left * 1_000_000_000 / Stopwatch.Frequency, 900_000_000) };
            _ = Nanosleep(ref time, 0); // One that ends early goes round again.
        }
    }

    [DllImport("libc", EntryPoint = "nanosleep")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Nanosleep(ref Timespec time, nint remaining);

    private struct Timespec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
